// Standard base64 with padding, for bodies that are encoded as they are sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace patchbay::media {

[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
// Writes base64_size(bytes.size()) characters. Pieces join where all but the last are multiples
// of 3.
void base64_encode(std::span<const std::uint8_t> bytes, std::span<char> out);

}  // namespace patchbay::media
