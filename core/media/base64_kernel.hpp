// The inner loops of the base64 classes: a scalar form of each, and one for processors with AVX2
// that gives the same results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace patchbay::media {

struct DecodedRun {
  std::size_t read = 0;     // characters, a multiple of 4
  std::size_t written = 0;  // bytes
};

// Decodes whole groups of four characters of either alphabet from the front of `text`, up to the
// first group with any other character, or as many as `out` holds.
using DecodeGroups = DecodedRun (*)(std::string_view text, std::span<std::uint8_t> out);

// Encodes whole groups of three bytes into four characters each, from the front; the count of bytes
// taken, a multiple of 3. `out` holds what that gives.
using EncodeGroups = std::size_t (*)(std::span<const std::uint8_t> bytes, std::span<char> out);

[[nodiscard]] DecodedRun decode_groups_scalar(std::string_view text, std::span<std::uint8_t> out);
[[nodiscard]] std::size_t encode_groups_scalar(std::span<const std::uint8_t> bytes,
                                               std::span<char> out);

// Null where this processor has no such form.
[[nodiscard]] DecodeGroups decode_groups_avx2() noexcept;
[[nodiscard]] EncodeGroups encode_groups_avx2() noexcept;

}  // namespace patchbay::media
