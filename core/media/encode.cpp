#include "core/media/encode.hpp"

#include "core/media/picture_file.hpp"

#include <string>

namespace patchbay::media {
namespace {

Error bad_picture(std::string message) {
  return {.code = ErrorCode::BadInput, .message = std::move(message), .hint = {}, .provider = {}};
}

}  // namespace

Result<std::string> make_picture(const PictureOptions& options) {
  const auto outside = [](std::uint32_t side) { return side == 0 || side > picture_side_max; };
  if (outside(options.width) || outside(options.height))
    return bad_picture(
        "a picture of " + std::to_string(options.width) + " x " + std::to_string(options.height) +
        " pixels cannot be made: each side is 1 to " + std::to_string(picture_side_max));
  if (options.size_bytes > picture_size_max)
    return bad_picture("a picture file of " + std::to_string(options.size_bytes) +
                       " bytes cannot be made: the most is " + std::to_string(picture_size_max));
  switch (options.format) {
    case ImageFormat::Png: return make_png(options);
    case ImageFormat::Jpeg: return make_jpeg(options);
    case ImageFormat::Webp:
    case ImageFormat::Gif: break;
  }
  return bad_picture("pictures are made as PNG and JPEG only, not as " +
                     std::string(mime_of(options.format)));
}

}  // namespace patchbay::media
