#include "core/base/error.hpp"

#include <array>
#include <cstddef>

namespace patchbay {
namespace {

constexpr std::array descriptions{
#define PATCHBAY_ERROR(name, code, exit_code, retry, meaning, advice) \
  ErrorDescription{ErrorCode::name, code, exit_code, Retry::retry, meaning, advice},
#include "core/base/error_codes.def"
#undef PATCHBAY_ERROR
};

}  // namespace

const ErrorDescription& describe(ErrorCode code) noexcept {
  const auto index = static_cast<std::size_t>(code);
  return descriptions[index < descriptions.size() ? index : 0];
}

std::span<const ErrorDescription> error_descriptions() noexcept {
  return descriptions;
}

}  // namespace patchbay
