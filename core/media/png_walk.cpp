#include "core/media/image_walk.hpp"

#include <algorithm>
#include <array>

namespace patchbay::media {
namespace {

constexpr std::uint32_t chunk_size_max = 0x7FFF'FFFF;  // of the format
constexpr std::uint32_t header_size = 13;              // of IHDR's contents
constexpr std::size_t checksum_size = 4;

bool is_type(std::span<const std::uint8_t> field, std::string_view type) {
  return std::equal(type.begin(), type.end(), field.begin(), [](char letter, std::uint8_t byte) {
    return static_cast<std::uint8_t>(letter) == byte;
  });
}

}  // namespace

void PngWalk::write(std::span<const std::uint8_t> bytes) {
  while (!over() && !bytes.empty()) {
    const auto field = reader_.take(bytes);
    if (!field) return;
    if (head_seen_) {
      take_chunk(*field);
    } else {
      take_head(*field);
    }
  }
}

void PngWalk::take_head(std::span<const std::uint8_t> field) {
  head_seen_ = true;
  if (big_endian_32(field.subspan(8)) != header_size || !is_type(field.subspan(12, 4), "IHDR")) {
    flaw_ = "its first chunk is not IHDR";
    return;
  }
  pixel_size_ = PixelSize{big_endian_32(field.subspan(16)), big_endian_32(field.subspan(20))};
  reader_.expect(8, header_size - 8 + checksum_size);
}

// The field is a chunk's length and type. IEND counts with its checksum: a file cut within its last
// four bytes is cut off.
void PngWalk::take_chunk(std::span<const std::uint8_t> field) {
  if (field.size() == checksum_size) {
    whole_ = true;
    return;
  }
  const std::uint32_t contents = big_endian_32(field);
  const auto type = field.subspan(4, 4);
  if (contents > chunk_size_max) {
    flaw_ = "it has a chunk of impossible length";
  } else if (is_type(type, "IEND")) {
    if (!pixels_seen_) flaw_ = "it has no pixels";
    reader_.expect(checksum_size, contents);
  } else {
    pixels_seen_ = pixels_seen_ || is_type(type, "IDAT");
    reader_.expect(8, std::uint64_t{contents} + checksum_size);
  }
}

}  // namespace patchbay::media
