#include "host/outcome.hpp"

#include <array>

namespace patchbay::host {
namespace {

struct CategoryRow {
  std::string_view name;
  ErrorCode code;
};

// Indexed by the category's number.
constexpr std::array rows{
    CategoryRow{"unknown", ErrorCode::Internal},
    CategoryRow{"auth_invalid", ErrorCode::AuthInvalid},
    CategoryRow{"auth_config", ErrorCode::AuthConfig},
    CategoryRow{"quota", ErrorCode::Quota},
    CategoryRow{"rate", ErrorCode::Rate},
    CategoryRow{"blocked", ErrorCode::Blocked},
    CategoryRow{"no_output", ErrorCode::NoOutput},
    CategoryRow{"bad_request", ErrorCode::BadRequest},
    CategoryRow{"model", ErrorCode::Model},
    CategoryRow{"upstream", ErrorCode::Upstream},
    CategoryRow{"network", ErrorCode::Network},
    CategoryRow{"protocol", ErrorCode::Protocol},
    CategoryRow{"plugin", ErrorCode::Plugin},
    CategoryRow{"cancelled", ErrorCode::Cancelled},
};

const CategoryRow& row_of(Category category) noexcept {
  const auto index = static_cast<std::size_t>(category);
  return rows[index < rows.size() ? index : 0];
}

std::string hint_of(const Failure& failure) {
  if (!failure.hint.empty()) return failure.hint;
  if (failure.retry_after.count() == 0) return {};
  const auto seconds = (failure.retry_after.count() + 999) / 1000;
  return "the provider asks to wait " + std::to_string(seconds) + " s before the next try";
}

}  // namespace

std::string_view to_string(Category category) noexcept {
  return row_of(category).name;
}

ErrorCode error_code_of(Category category) noexcept {
  return row_of(category).code;
}

std::string_view to_string(Billed billed) noexcept {
  switch (billed) {
    case Billed::Unknown: return "unknown";
    case Billed::No: return "no";
    case Billed::Yes: return "yes";
  }
  return "unknown";
}

Error error_of(const Failure& failure, std::string_view provider) {
  const ErrorCode code = failure.local_code.value_or(error_code_of(failure.category));
  std::string message = failure.message;
  if (!failure.local_code && failure.category != Category::Cancelled) {
    message = "API call failed - " + message;
    if (failure.http_status != 0) message += " (HTTP " + std::to_string(failure.http_status) + ")";
  }
  return Error{
      code, std::move(message), hint_of(failure), std::string(provider), failure.retry_after};
}

}  // namespace patchbay::host
