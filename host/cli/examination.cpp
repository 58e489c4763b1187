#include "host/cli/examination.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::cli {

std::string_view to_string(Health health) noexcept {
  switch (health) {
    case Health::Ok: return "ok";
    case Health::Warning: return "warning";
    case Health::Failure: return "failure";
  }
  return "unknown";
}

void Examination::ok(std::string_view check, std::string detail) {
  add(check, Health::Ok, std::move(detail), {});
}

void Examination::warn(std::string_view check, std::string detail, std::string hint) {
  add(check, Health::Warning, std::move(detail), std::move(hint));
}

void Examination::fail(std::string_view check, std::string detail, std::string hint) {
  add(check, Health::Failure, std::move(detail), std::move(hint));
}

void Examination::fail(std::string_view check, const Error& error) {
  const std::string hint =
      error.hint.empty() ? std::string(describe(error.code).advice) : error.hint;
  add(check, Health::Failure, error.message, hint);
}

std::size_t Examination::count(Health health) const {
  return static_cast<std::size_t>(std::ranges::count(findings_, health, &Finding::health));
}

void Examination::add(std::string_view check, Health health, std::string detail, std::string hint) {
  findings_.push_back({group_, std::string(check), health, std::move(detail), std::move(hint)});
}

}  // namespace patchbay::cli
