// Cuts a stream that comes in pieces into small fields, and passes over what is between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace patchbay::media {

class FieldReader {
 public:
  static constexpr std::size_t field_size_max = 32;

  // What comes next: `skipped` bytes of no interest, then a field of `size` bytes, 1 to the limit.
  void expect(std::size_t size, std::uint64_t skipped = 0) {
    size_ = size;
    filled_ = 0;
    skipped_ = skipped;
  }

  // Takes from the front of `bytes`. The field, once it is whole: valid until the next call.
  [[nodiscard]] std::optional<std::span<const std::uint8_t>> take(
      std::span<const std::uint8_t>& bytes);

 private:
  std::array<std::uint8_t, field_size_max> field_{};
  std::size_t size_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t skipped_ = 0;
};

// Unsigned integers at the front of `bytes`, which hold at least 2 or 4.
[[nodiscard]] constexpr std::uint32_t big_endian_16(std::span<const std::uint8_t> bytes) {
  return (std::uint32_t{bytes[0]} << 8U) | bytes[1];
}
[[nodiscard]] constexpr std::uint32_t big_endian_32(std::span<const std::uint8_t> bytes) {
  return (big_endian_16(bytes) << 16U) | big_endian_16(bytes.subspan(2));
}
[[nodiscard]] constexpr std::uint32_t little_endian_16(std::span<const std::uint8_t> bytes) {
  return bytes[0] | (std::uint32_t{bytes[1]} << 8U);
}
[[nodiscard]] constexpr std::uint32_t little_endian_32(std::span<const std::uint8_t> bytes) {
  return little_endian_16(bytes) | (little_endian_16(bytes.subspan(2)) << 16U);
}

}  // namespace patchbay::media
