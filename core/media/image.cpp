#include "core/media/image.hpp"

#include "core/media/likeness.hpp"

#include <algorithm>
#include <string>

namespace patchbay::media {
namespace {

struct Format {
  ImageFormat format;
  std::string_view name;  // with its article
  std::string_view mime;
  std::string_view suffix;
};

constexpr std::array formats = {
    Format{ImageFormat::Png, "a PNG image", "image/png", ".png"},
    Format{ImageFormat::Jpeg, "a JPEG image", "image/jpeg", ".jpg"},
    Format{ImageFormat::Webp, "a WebP image", "image/webp", ".webp"},
    Format{ImageFormat::Gif, "a GIF image", "image/gif", ".gif"},
};

const Format& describe_format(ImageFormat format) noexcept {
  return formats[static_cast<std::size_t>(format)];
}

// How much of the front of `head` agrees with a signature; the whole of it means the format.
bool agrees(std::string_view head, std::string_view signature) {
  return head.substr(0, signature.size()) == signature.substr(0, head.size());
}

// The format that `head` begins like, where it is long enough to tell that at all.
std::optional<ImageFormat> format_of(std::span<const std::uint8_t> bytes) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (head.size() < 3) return std::nullopt;
  if (agrees(head, "\x89PNG\r\n\x1a\n")) return ImageFormat::Png;
  if (agrees(head, "\xff\xd8\xff")) return ImageFormat::Jpeg;
  if (agrees(head, "GIF87a") || agrees(head, "GIF89a")) return ImageFormat::Gif;
  const bool is_riff = agrees(head, "RIFF") && (head.size() <= 8 || agrees(head.substr(8), "WEBP"));
  if (is_riff) return ImageFormat::Webp;
  return std::nullopt;
}

bool is_absurd(const PixelSize& size) {
  const auto outside = [](std::uint32_t side) { return side == 0 || side > image_side_max; };
  return outside(size.width) || outside(size.height);
}

Error not_an_image(std::string message) {
  return {.code = ErrorCode::Protocol, .message = std::move(message), .hint = {}, .provider = {}};
}

Error cut_off(ImageFormat format, std::uint64_t size) {
  return not_an_image("the image is cut off: " + std::string(describe_format(format).name) +
                      " whose end is missing after " + std::to_string(size) + " bytes");
}

}  // namespace

std::string_view mime_of(ImageFormat format) noexcept {
  return describe_format(format).mime;
}
std::string_view suffix_of(ImageFormat format) noexcept {
  return describe_format(format).suffix;
}

void ImageScanner::keep_head(std::span<const std::uint8_t> bytes, std::size_t size_max) {
  const std::size_t taken = std::min(bytes.size(), size_max - head_size_);
  std::copy_n(bytes.begin(), taken, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
  head_size_ += taken;
}

void ImageScanner::write(std::span<const std::uint8_t> bytes) {
  size_ += bytes.size();
  const auto walk_on = [&](auto& walk) {
    if constexpr (!std::is_same_v<std::decay_t<decltype(walk)>, std::monostate>) walk.write(bytes);
  };
  if (head_size_ < signature_size) {
    const std::size_t before = head_size_;
    keep_head(bytes, signature_size);
    bytes = bytes.subspan(head_size_ - before);
    if (head_size_ < signature_size) return;
    const std::span<const std::uint8_t> head(head_.data(), head_size_);
    const std::optional<ImageFormat> format = format_of(head);
    if (format == ImageFormat::Png) walk_.emplace<PngWalk>().write(head);
    if (format == ImageFormat::Jpeg) walk_.emplace<JpegWalk>().write(head);
    if (format == ImageFormat::Gif) walk_.emplace<GifWalk>().write(head);
    if (format == ImageFormat::Webp) walk_.emplace<WebpWalk>().write(head);
  }
  std::visit(walk_on, walk_);
  if (walk() == nullptr) keep_head(bytes, head_size_max);
}

const ImageWalk* ImageScanner::walk() const {
  return std::visit(
      [](const auto& walk) -> const ImageWalk* {
        if constexpr (std::is_same_v<std::decay_t<decltype(walk)>, std::monostate>) {
          return nullptr;
        } else {
          return &walk;
        }
      },
      walk_);
}

ImageFormat ImageScanner::format() const {
  if (std::holds_alternative<PngWalk>(walk_)) return ImageFormat::Png;
  if (std::holds_alternative<JpegWalk>(walk_)) return ImageFormat::Jpeg;
  if (std::holds_alternative<GifWalk>(walk_)) return ImageFormat::Gif;
  return ImageFormat::Webp;
}

std::optional<ImageSummary> ImageScanner::summary() const {
  const ImageWalk* seen = walk();
  if (seen == nullptr || !seen->pixel_size() || !seen->flaw().empty()) return std::nullopt;
  const PixelSize size = *seen->pixel_size();
  if (is_absurd(size)) return std::nullopt;
  return ImageSummary{.format = format(), .width = size.width, .height = size.height};
}

Result<ImageSummary> ImageScanner::finish() const {
  const ImageWalk* seen = walk();
  if (seen == nullptr) {
    const std::span<const std::uint8_t> head(head_.data(), head_size_);
    if (head_size_ < signature_size)
      if (const auto begun = format_of(head)) return cut_off(*begun, size_);
    return not_an_image("this is not an image: it looks like " + std::string(likeness(head)));
  }
  const std::string name(describe_format(format()).name);
  if (!seen->flaw().empty())
    return not_an_image("the image is damaged: " + name + ", but " + std::string(seen->flaw()));
  const std::optional<PixelSize> size = seen->pixel_size();
  if (size && is_absurd(*size))
    return not_an_image("the image has an absurd size: " + name + " of " +
                        std::to_string(size->width) + " x " + std::to_string(size->height) +
                        " pixels");
  if (!seen->whole()) return cut_off(format(), size_);
  if (!size) return not_an_image("the image is damaged: " + name + ", but it tells no size");
  return *summary();
}

Result<ImageSummary> scan_image(std::span<const std::uint8_t> bytes) {
  ImageScanner scanner;
  scanner.write(bytes);
  return scanner.finish();
}

}  // namespace patchbay::media
