// Draws a plain picture of exactly the asked size, offline: for layouts, tests and dry runs.
#include <patchbay/part.hpp>
#include <patchbay/plugin.hpp>

#include "drawing.hpp"
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

using patchbay::Failed;
using patchbay::Request;

constexpr std::uint32_t side_max = 16'384;  // pixels

[[noreturn]] void refuse(std::string message) {
  patchbay::Failure failure(PATCHBAY_ERR_BAD_REQUEST, std::move(message));
  failure.billed = PATCHBAY_BILLED_NO;
  throw Failed(std::move(failure));
}

struct Size {
  std::uint32_t width = 1024;
  std::uint32_t height = 1024;
};

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "512x256"; without one, a square of 1024, in the aspect ratio where that is given.
Size size_of(const Request& request) {
  Size size;
  const std::string_view wanted = request.param("size");
  const std::string_view ratio = request.param("aspect_ratio");
  const std::string_view text = wanted.empty() ? ratio : wanted;
  if (text.empty()) return size;
  const std::size_t middle = text.find(wanted.empty() ? ':' : 'x');
  const auto width = number(text.substr(0, middle));
  const auto height =
      middle == std::string_view::npos ? std::nullopt : number(text.substr(middle + 1));
  if (!width || !height || *width == 0 || *height == 0 || *width > side_max || *height > side_max)
    refuse("the size \"" + std::string(text) + "\" is not WIDTHxHEIGHT within 1 to 16384 pixels");
  if (!wanted.empty()) return Size{*width, *height};
  const std::uint32_t longest = std::max(*width, *height);
  return Size{std::max(1U, 1024 * *width / longest), std::max(1U, 1024 * *height / longest)};
}

// "#rrggbb", or "transparent".
placeholder::Pixel colour_of(std::string_view text) {
  if (text == "transparent") return placeholder::Pixel{255, 255, 255, 0};
  std::uint32_t value = 0;
  const bool hash = text.size() == 7 && text.front() == '#';
  const auto [end, error] =
      std::from_chars(text.data() + (hash ? 1 : 0), text.data() + text.size(), value, 16);
  if (!hash || error != std::errc() || end != text.data() + text.size())
    refuse("the colour '" + std::string(text) + "' is neither #rrggbb nor 'transparent'");
  return placeholder::Pixel{static_cast<std::uint8_t>(value >> 16U),
                            static_cast<std::uint8_t>(value >> 8U & 0xFFU),
                            static_cast<std::uint8_t>(value & 0xFFU)};
}

placeholder::Colours colours_of(const Request& request) {
  const std::string_view wanted = request.param("color");
  const placeholder::Pixel ground = colour_of(wanted.empty() ? "#d9d9d9" : wanted);
  const unsigned brightness = ground.red * 3U + ground.green * 6U + ground.blue;
  const bool dark = ground.alpha != 0 && brightness < 1275;  // of 2550
  return {ground, dark ? placeholder::Pixel{245, 245, 245} : placeholder::Pixel{64, 64, 64}};
}

constexpr std::uint32_t images_max = 16;  // the manifest's

std::uint32_t count_of(const Request& request) {
  const std::string_view text = request.param("count");
  if (text.empty()) return 1;
  const auto count = number(text);
  if (!count || *count == 0 || *count > images_max)
    refuse("count must be from 1 to " + std::to_string(images_max));
  return *count;
}

class Placeholder final : public patchbay::Adapter {
 public:
  [[nodiscard]] bool can(std::uint32_t operation) const noexcept override {
    return operation == PATCHBAY_OP_IMAGE;
  }

  Task run(const Request& request, Io& io) override {
    const Size size = size_of(request);
    const std::uint32_t count = count_of(request);
    const std::string prompt = request.prompt();
    placeholder::Drawing drawing(size.width, size.height, colours_of(request), prompt);
    for (std::uint32_t i = 0; i < count; ++i) {
      placeholder::PngRows png(size.width, size.height);
      patchbay::PartWriter image(io, {PATCHBAY_PART_IMAGE, PATCHBAY_ENCODING_RAW});
      image.write(png.begin(), "image/png");
      for (std::uint32_t y = 0; y < size.height; ++y) {
        image.write(png.row(drawing.row(y)));
        co_await io.drained();
      }
      image.write(png.end());
      image.close(PATCHBAY_PART_FINAL, "image/png");
    }
    co_return patchbay::done();
  }
};

}  // namespace

PATCHBAY_PLUGIN(Placeholder, R"({
  "id": "dev.patchbay.placeholder",
  "version": "0.1.0",
  "name": "placeholder",
  "display_name": "Placeholder pictures, made offline",
  "no_credential": true,
  "operations": ["image"],
  "models": {"image": "placeholder"},
  "image_models": [{"prefix": "", "images_max": 16}],
  "single_final_image": true,
  "params": {
    "type": "object",
    "properties": {
      "color": {"type": "string", "description": "the ground: #rrggbb, or \"transparent\""}
    }
  }
})");
