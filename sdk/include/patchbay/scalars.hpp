// The C header's scalars as string views, and back. Nothing is copied.
#pragma once

#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace patchbay::inline v1 {

[[nodiscard]] inline std::string_view to_view(patchbay_str text) noexcept {
  return {text.ptr, static_cast<std::size_t>(text.len)};
}
[[nodiscard]] inline std::string_view to_view(patchbay_bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.ptr), static_cast<std::size_t>(bytes.len)};
}
[[nodiscard]] inline patchbay_str to_str(std::string_view text) noexcept {
  return {text.data(), text.size()};
}
[[nodiscard]] inline patchbay_bytes to_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace patchbay::inline v1
