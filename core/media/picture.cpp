#include "core/media/picture.hpp"

#include "core/media/random.hpp"

#include <algorithm>
#include <array>

namespace patchbay::media {
namespace {

constexpr Colour banana_yellow = {.red = 255, .green = 221, .blue = 51};
constexpr Colour peel_shade = {.red = 222, .green = 170, .blue = 24};

struct Direction {
  std::int64_t x;
  std::int64_t y;
};

// Where the bite is taken out: 1000 long each, all upwards or sideways.
constexpr std::array directions = {Direction{0, -1000},
                                   Direction{500, -866},
                                   Direction{866, -500},
                                   Direction{-500, -866},
                                   Direction{-866, -500},
                                   Direction{259, -966},
                                   Direction{-259, -966},
                                   Direction{707, -707}};

Colour pastel(Random& random) {
  const auto channel = [&] { return static_cast<std::int32_t>(96 + random.below(144)); };
  const std::int32_t red = channel();
  const std::int32_t green = channel();
  return {.red = red, .green = green, .blue = channel()};
}

std::int32_t mixed(std::int32_t from, std::int32_t to, std::int64_t part, std::int64_t whole) {
  return static_cast<std::int32_t>(from + (to - from) * part / whole);
}

Colour mixed(const Colour& from, const Colour& to, std::int64_t part, std::int64_t whole) {
  return {.red = mixed(from.red, to.red, part, whole),
          .green = mixed(from.green, to.green, part, whole),
          .blue = mixed(from.blue, to.blue, part, whole)};
}

}  // namespace

Picture::Picture(std::uint32_t width, std::uint32_t height, std::uint64_t seed)
    : width_(width), height_(height) {
  Random random(seed);
  left_ = pastel(random);
  right_ = pastel(random);
  const std::int64_t side = std::min(width_, height_);
  const Direction& direction = directions[random.below(directions.size())];
  const auto off_centre = [&](std::int64_t length) {
    return length / 2 + (static_cast<std::int64_t>(random.below(21)) - 10) * side / 100;
  };
  fruit_.x = off_centre(width_);
  fruit_.y = off_centre(height_);
  fruit_.radius = std::max<std::int64_t>(1, side * 34 / 100);
  bitten_ = {.x = fruit_.x + direction.x * fruit_.radius * 45 / 100'000,
             .y = fruit_.y + direction.y * fruit_.radius * 45 / 100'000,
             .radius = fruit_.radius * 98 / 100};
}

// Compares squares: the edge is soft over about one pixel.
std::int64_t Picture::coverage(const Disc& disc, std::int64_t x, std::int64_t y) {
  const std::int64_t across = x - disc.x;
  const std::int64_t down = y - disc.y;
  const std::int64_t inside = disc.radius * disc.radius - across * across - down * down;
  const std::int64_t pixel = 2 * disc.radius + 1;
  return std::clamp<std::int64_t>(inside * 256 / pixel + 128, 0, 256);
}

void Picture::paint_row(std::uint32_t y, std::span<std::uint8_t> row) const {
  const std::int64_t whole = width_ + height_;
  std::size_t at = 0;
  for (std::int64_t x = 0; x < width_; ++x) {
    Colour colour = mixed(left_, right_, x + y, whole);
    const std::int64_t covered = coverage(fruit_, x, y);
    if (covered > 0) {
      const std::int64_t bitten = coverage(bitten_, x, y);
      const Colour skin = mixed(peel_shade, banana_yellow, covered, 256);
      colour = mixed(colour, skin, covered * (256 - bitten), 65'536);
    }
    row[at++] = static_cast<std::uint8_t>(colour.red);
    row[at++] = static_cast<std::uint8_t>(colour.green);
    row[at++] = static_cast<std::uint8_t>(colour.blue);
  }
}

}  // namespace patchbay::media
