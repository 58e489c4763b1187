// What an image file is, from its own first bytes.
#pragma once

#include "core/base/result.hpp"
#include "core/media/image_walk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace patchbay::media {

enum class ImageFormat : std::uint8_t { Png, Jpeg, Webp, Gif };

[[nodiscard]] std::string_view mime_of(ImageFormat format) noexcept;    // "image/png"
[[nodiscard]] std::string_view suffix_of(ImageFormat format) noexcept;  // ".png"

inline constexpr std::uint32_t image_side_max = 65'535;  // pixels; more is not believed

struct ImageSummary {
  ImageFormat format;
  std::uint32_t width;   // pixels, 1 to 65535
  std::uint32_t height;  // pixels
};

// Watches an image go by in pieces: format and size from its head, and whether its end was there.
class ImageScanner {
 public:
  void write(std::span<const std::uint8_t> bytes);
  // After the last byte. Errors: Protocol "not an image", "cut off", "absurd size"; the message
  // says what the bytes look like instead (HTML, SVG, JSON, nothing).
  [[nodiscard]] Result<ImageSummary> finish() const;
  // As soon as the head was seen.
  [[nodiscard]] std::optional<ImageSummary> summary() const;

 private:
  using Walk = std::variant<std::monostate, PngWalk, JpegWalk, GifWalk, WebpWalk>;

  // The first bytes: the format is told from them, and what else it may be.
  static constexpr std::size_t signature_size = 12;
  static constexpr std::size_t head_size_max = 256;

  void keep_head(std::span<const std::uint8_t> bytes, std::size_t size_max);
  [[nodiscard]] const ImageWalk* walk() const;
  [[nodiscard]] ImageFormat format() const;

  Walk walk_;
  std::array<std::uint8_t, head_size_max> head_{};
  std::size_t head_size_ = 0;
  std::uint64_t size_ = 0;  // of everything so far
};

[[nodiscard]] Result<ImageSummary> scan_image(std::span<const std::uint8_t> bytes);

}  // namespace patchbay::media
