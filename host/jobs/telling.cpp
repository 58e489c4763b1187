#include "host/jobs/telling.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace patchbay::host {
namespace {

constexpr std::array telling_order{130, 8, 9, 4, 3, 6, 7, 2, 5, 1};

std::size_t rank_of(const Error& error) {
  const int exit_code = describe(error.code).exit_code;
  const auto* place = std::ranges::find(telling_order, exit_code);
  return static_cast<std::size_t>(place - telling_order.begin());
}

}  // namespace

const Error& most_telling(const std::vector<Error>& errors) {
  assert(!errors.empty());
  return *std::ranges::min_element(errors, {}, rank_of);
}

bool befalls_all(ErrorCode code) {
  switch (code) {
    case ErrorCode::Blocked:
    case ErrorCode::NoOutput:
    case ErrorCode::Upstream:
    case ErrorCode::Network:
    case ErrorCode::Timeout:
    case ErrorCode::Protocol: return false;
    default: return true;
  }
}

}  // namespace patchbay::host
