#include "core/media/image_walk.hpp"

namespace patchbay::media {
namespace {

constexpr std::uint8_t extension = 0x21;
constexpr std::uint8_t image = 0x2C;
constexpr std::uint8_t trailer = 0x3B;

// The bytes of the colour table that a flags byte announces.
std::uint64_t colour_table_size(std::uint8_t flags) {
  if ((flags & 0x80U) == 0) return 0;
  return std::uint64_t{3} << ((flags & 0x07U) + 1U);
}

}  // namespace

void GifWalk::expect(Part part, std::size_t size, std::uint64_t skipped) {
  part_ = part;
  reader_.expect(size, skipped);
}

void GifWalk::write(std::span<const std::uint8_t> bytes) {
  while (!over() && !bytes.empty()) {
    const auto field = reader_.take(bytes);
    if (!field) return;
    take(*field);
  }
}

void GifWalk::take(std::span<const std::uint8_t> field) {
  switch (part_) {
    case Part::Screen:
      pixel_size_ = PixelSize{.width = little_endian_16(field.subspan(6)),
                              .height = little_endian_16(field.subspan(8))};
      expect(Part::Introducer, 1, colour_table_size(field[10]));
      break;
    case Part::Introducer: take_introducer(field[0]); break;
    case Part::Image:  // four positions and flags; then colours, the code size and sub-blocks
      pixels_seen_ = true;
      expect(Part::SubBlock, 1, colour_table_size(field[8]) + 1);
      break;
    case Part::SubBlock:
      if (field[0] == 0) {
        expect(Part::Introducer, 1);
      } else {
        expect(Part::SubBlock, 1, field[0]);
      }
      break;
  }
}

void GifWalk::take_introducer(std::uint8_t byte) {
  if (byte == extension) {
    expect(Part::SubBlock, 1, 1);  // after the label
  } else if (byte == image) {
    expect(Part::Image, 9);
  } else if (byte != trailer) {
    flaw_ = "it has a block of unknown kind";
  } else if (!pixels_seen_) {
    flaw_ = "it has no pixels";
  } else {
    whole_ = true;
  }
}

}  // namespace patchbay::media
