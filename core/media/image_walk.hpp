// Walks through the structure of an image file, one class per format, without keeping its contents.
// Each takes the file from its first byte in pieces, finds the size in pixels, and knows whether
// the format's own end was reached. What follows that end is ignored, as every decoder does.
#pragma once

#include "core/media/field_reader.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace patchbay::media {

struct PixelSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

// What all walks share: where they stand.
class ImageWalk {
 public:
  [[nodiscard]] std::optional<PixelSize> pixel_size() const { return pixel_size_; }
  [[nodiscard]] bool whole() const { return whole_; }
  // Why the bytes cannot be a file of this format; empty while they can.
  [[nodiscard]] std::string_view flaw() const { return flaw_; }

 protected:
  [[nodiscard]] bool over() const { return whole_ || !flaw_.empty(); }

  FieldReader reader_;
  std::optional<PixelSize> pixel_size_;
  std::string_view flaw_;
  bool whole_ = false;
};

// Signature, then chunks (length, type, contents, checksum) from IHDR to IEND.
class PngWalk : public ImageWalk {
 public:
  PngWalk() { reader_.expect(8 + 8 + 8); }  // signature, head of IHDR, width and height
  void write(std::span<const std::uint8_t> bytes);

 private:
  void take_head(std::span<const std::uint8_t> field);
  void take_chunk(std::span<const std::uint8_t> field);

  bool head_seen_ = false;
  bool pixels_seen_ = false;
};

// Segments from SOI to EOI; the compressed pixels after SOS have no length and are searched.
class JpegWalk : public ImageWalk {
 public:
  JpegWalk() { reader_.expect(1, 2); }
  void write(std::span<const std::uint8_t> bytes);

 private:
  enum class Part : std::uint8_t { Marker, Length, Frame, Scan, Pixels };

  void take(std::span<const std::uint8_t> field);
  void take_length(std::uint32_t size);
  void take_marker(std::uint8_t byte);
  void pass_pixels(std::span<const std::uint8_t>& bytes);
  void expect(Part part, std::size_t size, std::uint64_t skipped = 0);

  Part part_ = Part::Marker;
  bool prefix_seen_ = false;  // the 0xFF in front of a marker's code
  bool pixels_seen_ = false;
  std::uint8_t marker_ = 0;
  std::uint32_t segment_size_ = 0;
};

// Screen descriptor, colour table, then extensions and images up to the trailer.
class GifWalk : public ImageWalk {
 public:
  GifWalk() { reader_.expect(13); }
  void write(std::span<const std::uint8_t> bytes);

 private:
  enum class Part : std::uint8_t { Screen, Introducer, Image, SubBlock };

  void take(std::span<const std::uint8_t> field);
  void take_introducer(std::uint8_t byte);
  void expect(Part part, std::size_t size, std::uint64_t skipped = 0);

  Part part_ = Part::Screen;
  bool pixels_seen_ = false;
};

// A RIFF container that tells its own size; the first chunk says how big the picture is.
class WebpWalk : public ImageWalk {
 public:
  WebpWalk() { reader_.expect(30); }
  void write(std::span<const std::uint8_t> bytes);

 private:
  void take_head(std::span<const std::uint8_t> field);

  std::uint64_t left_ = 0;  // bytes of the container after the head
  bool head_seen_ = false;
};

}  // namespace patchbay::media
