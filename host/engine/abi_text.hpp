// Between the ABI's views and the host's.
#pragma once

#include <patchbay/plugin.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace patchbay::host {

[[nodiscard]] inline patchbay_str abi_str(std::string_view text) {
  return {text.data(), text.size()};
}
[[nodiscard]] inline patchbay_bytes abi_bytes(std::span<const std::uint8_t> bytes) {
  return {bytes.data(), bytes.size()};
}
[[nodiscard]] inline std::string_view view_of(const patchbay_str& text) {
  return {text.ptr, static_cast<std::size_t>(text.len)};
}
[[nodiscard]] inline std::string_view view_of(const patchbay_bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.ptr), static_cast<std::size_t>(bytes.len)};
}
[[nodiscard]] inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace patchbay::host
