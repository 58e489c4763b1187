// Making image files: for the emulator's answers.
#pragma once

#include "core/media/image.hpp"

#include <cstdint>
#include <string>

namespace patchbay::media {

inline constexpr std::uint32_t picture_side_max = 16'384;                     // pixels
inline constexpr std::uint64_t picture_size_max = std::uint64_t{512} << 20U;  // bytes

struct PictureOptions {
  ImageFormat format = ImageFormat::Png;  // Png or Jpeg
  std::uint32_t width = 1024;             // pixels
  std::uint32_t height = 1024;
  std::uint64_t seed = 0;        // other seeds, other pictures; the same one, the same bytes
  std::uint64_t size_bytes = 0;  // 0: as it comes; larger: padded to about this size, still valid
};

// A picture that any decoder opens. Errors: BadInput, for a side of 0 or above the limit, a file
// above the limit, or another format.
[[nodiscard]] Result<std::string> make_picture(const PictureOptions& options);

}  // namespace patchbay::media
