// Re-encoding an image in another format, row by row.
#pragma once

#include "core/base/result.hpp"
#include "core/media/image.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace patchbay::media {

// A picture of 8192 x 8192. Most need the memory of a few rows; an interlaced PNG needs three bytes
// for each pixel, a progressive JPEG at most jpeg_memory_max.
inline constexpr std::uint64_t convert_pixels_max = std::uint64_t{64} << 20U;
inline constexpr std::uint64_t jpeg_memory_max = std::uint64_t{512} << 20U;  // bytes
inline constexpr int jpeg_scans_max = 200;  // of one progressive file

// PNG to JPEG and back; nothing else.
[[nodiscard]] bool can_convert(ImageFormat from, ImageFormat to) noexcept;

struct Conversion {
  ImageFormat from = ImageFormat::Png;
  ImageFormat to = ImageFormat::Jpeg;
  // Fills the front of the span; the count, 0 at the end.
  std::function<Result<std::size_t>(std::span<std::uint8_t>)> source;
  std::function<Status(std::span<const std::uint8_t>)> target;
};

// Eight bits in each of red, green and blue; what is transparent becomes white. Text, colour
// profiles and the like are not carried over. Errors: BadInput, where it cannot be done or the file
// is damaged, and those of source and target.
[[nodiscard]] Status convert(const Conversion& conversion);

}  // namespace patchbay::media
