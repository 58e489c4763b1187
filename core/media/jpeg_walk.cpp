#include "core/media/image_walk.hpp"

#include <cstring>

namespace patchbay::media {
namespace {

constexpr std::uint8_t marker_prefix = 0xFF;
constexpr std::uint8_t end_of_image = 0xD9;
constexpr std::uint8_t start_of_scan = 0xDA;

// Markers that stand alone: TEM, the restarts, and a start that is repeated.
bool has_no_length(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

// SOF0 to SOF15 without the three codes among them that mean tables.
bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

}  // namespace

void JpegWalk::expect(Part part, std::size_t size, std::uint64_t skipped) {
  part_ = part;
  reader_.expect(size, skipped);
}

void JpegWalk::write(std::span<const std::uint8_t> bytes) {
  while (!over() && !bytes.empty()) {
    if (part_ == Part::Pixels && !prefix_seen_) {
      pass_pixels(bytes);
      continue;
    }
    const auto field = reader_.take(bytes);
    if (!field) return;
    take(*field);
  }
}

// Everything up to the next 0xFF, which take_marker() judges.
void JpegWalk::pass_pixels(std::span<const std::uint8_t>& bytes) {
  const void* found = std::memchr(bytes.data(), marker_prefix, bytes.size());
  if (found == nullptr) {
    bytes = {};
    return;
  }
  const auto* prefix = static_cast<const std::uint8_t*>(found);
  bytes = bytes.subspan(static_cast<std::size_t>(prefix - bytes.data()) + 1);
  prefix_seen_ = true;
  reader_.expect(1);
}

void JpegWalk::take(std::span<const std::uint8_t> field) {
  switch (part_) {
    case Part::Marker:
    case Part::Pixels: take_marker(field[0]); break;
    case Part::Length: take_length(big_endian_16(field)); break;
    case Part::Scan: part_ = Part::Pixels; break;
    case Part::Frame:  // precision, height, width
      if (!pixel_size_)
        pixel_size_ = PixelSize{.width = big_endian_16(field.subspan(3)),
                                .height = big_endian_16(field.subspan(1))};
      expect(Part::Marker, 1, segment_size_ - 2 - 5);
      break;
  }
}

// The size counts its own two bytes.
void JpegWalk::take_length(std::uint32_t size) {
  segment_size_ = size;
  if (size < 2) {
    flaw_ = "it has a segment of impossible length";
  } else if (is_frame(marker_) && size >= 8) {
    expect(Part::Frame, 5);
  } else if (marker_ == start_of_scan && size >= 3) {
    pixels_seen_ = true;
    expect(Part::Scan, 1, size - 3);
  } else {
    expect(Part::Marker, 1, size - 2);
  }
}

void JpegWalk::take_marker(std::uint8_t byte) {
  if (!prefix_seen_) {
    if (byte != marker_prefix) {
      flaw_ = "a segment does not begin where the one before it ends";
      return;
    }
    prefix_seen_ = true;
    reader_.expect(1);
    return;
  }
  if (byte == marker_prefix) {  // a fill byte: any number of them may precede a code
    reader_.expect(1);
    return;
  }
  prefix_seen_ = false;
  // Among pixels, an escaped 0xFF or a restart: the pixels go on.
  if (part_ == Part::Pixels && (byte == 0 || has_no_length(byte))) return;
  if (byte == end_of_image) {
    if (!pixels_seen_) flaw_ = "it has no pixels";
    whole_ = flaw_.empty();
  } else if (byte == 0) {
    flaw_ = "it has a marker of code 0";
  } else if (has_no_length(byte)) {
    expect(Part::Marker, 1);
  } else {
    marker_ = byte;
    expect(Part::Length, 2);
  }
}

}  // namespace patchbay::media
