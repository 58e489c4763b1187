// The picture that make_picture() paints: pixels by formula, row by row, so that no size of it
// needs more memory than a row.
#pragma once

#include <cstdint>
#include <span>

namespace patchbay::media {

struct Colour {
  std::int32_t red = 0;
  std::int32_t green = 0;
  std::int32_t blue = 0;
};

// A soft gradient with a banana on it; colours, place and turn come from the seed. Whole numbers
// only: every machine paints the same.
class Picture {
 public:
  static constexpr std::uint32_t channel_count = 3;

  Picture(std::uint32_t width, std::uint32_t height, std::uint64_t seed);

  // `row` holds width × 3 bytes: red, green, blue.
  void paint_row(std::uint32_t y, std::span<std::uint8_t> row) const;

 private:
  // A filled circle, in pixels.
  struct Disc {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t radius = 1;
  };

  // How much of the pixel the disc covers, 0 to 256.
  [[nodiscard]] static std::int64_t coverage(const Disc& disc, std::int64_t x, std::int64_t y);

  std::int64_t width_;
  std::int64_t height_;
  Colour left_;
  Colour right_;
  Disc fruit_;   // the banana is this disc
  Disc bitten_;  // without this one
};

}  // namespace patchbay::media
