#include "core/media/image_walk.hpp"

#include <algorithm>
#include <string_view>

namespace patchbay::media {
namespace {

constexpr std::size_t head_size = 30;       // up to the size in pixels, in all three kinds
constexpr std::size_t chunk_begin = 20;     // of the first chunk's contents
constexpr std::size_t container_begin = 8;  // where the size in the RIFF header counts from

std::uint32_t little_endian_24(std::span<const std::uint8_t> bytes) {
  return little_endian_16(bytes) | (std::uint32_t{bytes[2]} << 16U);
}

bool has_text(std::span<const std::uint8_t> bytes, std::string_view text) {
  return std::equal(text.begin(), text.end(), bytes.begin(), [](char letter, std::uint8_t byte) {
    return static_cast<std::uint8_t>(letter) == byte;
  });
}

// The three kinds of first chunk: extended, lossless and lossy.
std::optional<PixelSize> size_in_chunk(std::span<const std::uint8_t> field) {
  const auto kind = field.subspan(12, 4);
  const auto contents = field.subspan(chunk_begin);
  if (has_text(kind, "VP8X"))
    return PixelSize{.width = little_endian_24(contents.subspan(4)) + 1,
                     .height = little_endian_24(contents.subspan(7)) + 1};
  if (has_text(kind, "VP8L") && contents[0] == 0x2F) {
    const std::uint32_t bits = little_endian_32(contents.subspan(1));
    return PixelSize{.width = (bits & 0x3FFFU) + 1, .height = ((bits >> 14U) & 0x3FFFU) + 1};
  }
  if (has_text(kind, "VP8 ") && has_text(contents.subspan(3), "\x9d\x01\x2a"))
    return PixelSize{.width = little_endian_16(contents.subspan(6)) & 0x3FFFU,
                     .height = little_endian_16(contents.subspan(8)) & 0x3FFFU};
  return std::nullopt;
}

}  // namespace

void WebpWalk::write(std::span<const std::uint8_t> bytes) {
  if (over()) return;
  if (!head_seen_) {
    const auto field = reader_.take(bytes);
    if (!field) return;
    take_head(*field);
    if (over()) return;
  }
  left_ -= std::min<std::uint64_t>(left_, bytes.size());
  whole_ = left_ == 0;
}

void WebpWalk::take_head(std::span<const std::uint8_t> field) {
  head_seen_ = true;
  const std::uint64_t file_size = std::uint64_t{little_endian_32(field.subspan(4))} + 8;
  const std::uint64_t chunk_size = little_endian_32(field.subspan(16));
  pixel_size_ = size_in_chunk(field);
  if (!pixel_size_) {
    flaw_ = "its first chunk is not of a picture";
  } else if (file_size < head_size || chunk_begin + chunk_size > file_size) {
    flaw_ = "its first chunk is longer than the file";
  } else {
    left_ = file_size - head_size;
  }
}

static_assert(container_begin + 4 + 8 == chunk_begin);

}  // namespace patchbay::media
