#include "plugins/shared/image_shape.hpp"

#include "plugins/shared/refusal.hpp"
#include <patchbay/retry_after.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace shared {
namespace {

using Names = std::vector<std::string>;

constexpr std::uint64_t side_min = 64;      // pixels; what is smaller is no picture of that size
constexpr std::uint64_t side_max = 16'384;  // pixels
constexpr double stretch_max = 1.5;         // from the shape asked for to one that there is
constexpr std::uint64_t at_1k = 1024 * 1024;
constexpr std::uint64_t side_step = 64;  // pixels; sizes of our own choice are multiples of it
constexpr double same_stretch = 1.1;     // ratios that differ by less are called the same

// What is chosen from for a model that is not listed.
ImageFamily unlisted_family() {
  ImageFamily any;
  any.aspect_ratios = {"1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"};
  any.resolutions = {"1K", "2K", "4K"};
  return any;
}

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
std::string joined(const Names& names) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

double ratio_value(std::string_view ratio) {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  const std::size_t colon = std::min(ratio.find(':'), ratio.size());
  const bool valid = colon < ratio.size() &&
                     patchbay::read_decimal(ratio.substr(0, colon), width) &&
                     patchbay::read_decimal(ratio.substr(colon + 1), height);
  if (!valid || width == 0 || height == 0)
    refuse_request("the aspect ratio must be WIDTH:HEIGHT, for instance 16:9");
  return static_cast<double>(width) / static_cast<double>(height);
}
double ratio_value(PixelSize size) {
  return static_cast<double>(size.width) / static_cast<double>(size.height);
}

std::string text_of(PixelSize size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

// How far two ratios are from each other, from 1 on.
double stretch(double one, double other) {
  return one > other ? one / other : other / one;
}

const std::string& nearest_ratio(PixelSize size, const Names& ratios) {
  const double wanted = ratio_value(size);
  const std::string& nearest =
      *std::min_element(ratios.begin(), ratios.end(), [&](auto& one, auto& other) {
        return stretch(ratio_value(one), wanted) < stretch(ratio_value(other), wanted);
      });
  if (stretch(ratio_value(nearest), wanted) > stretch_max)
    refuse_request("no aspect ratio of this model is near " + text_of(size) + "; it draws " +
                   joined(ratios));
  return nearest;
}

std::uint64_t nominal_pixels(std::string_view resolution) {
  if (resolution == "512") return at_1k / 4;
  return resolution == "1K" ? at_1k : resolution == "2K" ? at_1k * 4 : at_1k * 16;
}
// The smallest that holds the pixels asked for, give or take a tenth; else the largest.
const std::string& fitting_resolution(PixelSize size, const Names& resolutions) {
  const std::uint64_t wanted = size.width * size.height;
  for (const std::string& resolution : resolutions)
    if (nominal_pixels(resolution) * 11 / 10 >= wanted) return resolution;
  return resolutions.back();
}

// "1k" is what people write and providers refuse.
std::string spelled(std::string_view resolution) {
  std::string out(resolution);
  if (out.ends_with('k')) out.back() = 'K';
  return out;
}

void check_family(const ImageFamily& family, const ImageShape& shape) {
  const std::string where = family.prefix + " models draw ";
  const bool any_ratio = shape.aspect_ratio.empty() || family.aspect_ratios.empty();
  if (!any_ratio && !contains(family.aspect_ratios, shape.aspect_ratio))
    refuse_request(where + "the aspect ratios " + joined(family.aspect_ratios) + ", not " +
                   shape.aspect_ratio);
  const bool any_resolution = shape.resolution.empty() || family.resolutions.empty();
  if (!any_resolution && !contains(family.resolutions, shape.resolution))
    refuse_request(where + "at " + joined(family.resolutions) + ", not at " + shape.resolution);
}

void apply_size(ImageShape& shape, std::string_view text, const ImageFamily& family) {
  const ImageFamily any = unlisted_family();
  const Names& ratios = family.aspect_ratios.empty() ? any.aspect_ratios : family.aspect_ratios;
  const Names& resolutions = family.resolutions.empty() ? any.resolutions : family.resolutions;
  const PixelSize size = parse_size(text);
  const std::string& ratio = nearest_ratio(size, ratios);
  const std::string& resolution = fitting_resolution(size, resolutions);
  if (!shape.aspect_ratio.empty() && shape.aspect_ratio != ratio)
    refuse_request("the size " + std::string(text) + " is nearest to " + ratio +
                   ", which contradicts the aspect ratio " + shape.aspect_ratio);
  if (!shape.resolution.empty() && shape.resolution != resolution)
    refuse_request("the size " + std::string(text) + " needs " + resolution +
                   ", which contradicts the resolution " + shape.resolution);
  shape.aspect_ratio = ratio;
  shape.mapping = "size " + std::string(text) + " -> aspect_ratio " + shape.aspect_ratio;
  // Where there is no choice, some models refuse the field.
  if (resolutions.size() > 1) shape.resolution = resolution;
  if (!shape.resolution.empty()) shape.mapping += ", resolution " + shape.resolution;
}

// ---- sizes in pixels
// ---------------------------------------------------------------------------------------

// The best of a list: the ratio counts first, then the number of pixels.
const std::string& nearest_size(double ratio, std::uint64_t pixels, const Names& sizes) {
  const auto distance = [&](const std::string& text) {
    const PixelSize size = parse_size(text);
    const double area = static_cast<double>(size.width * size.height);
    return std::pair(std::llround(stretch(ratio_value(size), ratio) * 1000),
                     stretch(area, static_cast<double>(pixels)));
  };
  const std::string& nearest =
      *std::min_element(sizes.begin(), sizes.end(), [&](auto& one, auto& other) {
        return distance(one) < distance(other);
      });
  if (stretch(ratio_value(parse_size(nearest)), ratio) > stretch_max)
    refuse_request("no size of this model has nearly that shape; it draws " + joined(sizes));
  return nearest;
}

// Of that many pixels, about, in sides that models like.
PixelSize size_of(double ratio, std::uint64_t pixels) {
  const auto side = [](double length) {
    const auto steps = static_cast<std::uint64_t>(std::llround(length / side_step));
    return std::clamp<std::uint64_t>(steps, 1, side_max / side_step) * side_step;
  };
  const double height = std::sqrt(static_cast<double>(pixels) / ratio);
  return PixelSize{side(height * ratio), side(height)};
}

void check_pixels(PixelSize size, std::string_view text, const ImageShape& asked) {
  if (!asked.aspect_ratio.empty() &&
      stretch(ratio_value(asked.aspect_ratio), ratio_value(size)) > same_stretch)
    refuse_request("the size " + std::string(text) + " contradicts the aspect ratio " +
                   asked.aspect_ratio);
  const Names all = {"512", "1K", "2K", "4K"};
  if (!asked.resolution.empty() && fitting_resolution(size, all) != asked.resolution)
    refuse_request("the size " + std::string(text) + " contradicts the resolution " +
                   asked.resolution);
}

}  // namespace

PixelSize parse_size(std::string_view text) {
  PixelSize size;
  const std::size_t cross = std::min(text.find('x'), text.size());
  const bool valid = cross < text.size() &&
                     patchbay::read_decimal(text.substr(0, cross), size.width) &&
                     patchbay::read_decimal(text.substr(cross + 1), size.height);
  if (!valid) refuse_request("the size must be WIDTHxHEIGHT in pixels, for instance 1024x768");
  if (std::min(size.width, size.height) < side_min || std::max(size.width, size.height) > side_max)
    refuse_request("each side of the size must be from " + std::to_string(side_min) + " to " +
                   std::to_string(side_max) + " pixels");
  return size;
}

ImageShape shape_as_asked(const patchbay::Request& request) {
  ImageShape shape;
  shape.aspect_ratio = request.param("aspect_ratio");
  shape.resolution = spelled(request.param("resolution"));
  shape.size = request.param("size");
  if (!shape.aspect_ratio.empty()) (void)ratio_value(shape.aspect_ratio);
  if (!shape.size.empty()) (void)parse_size(shape.size);
  return shape;
}

ImageShape ratio_shape_of(const patchbay::Request& request,
                          const std::optional<ImageFamily>& family) {
  ImageShape shape = shape_as_asked(request);
  const std::string size = std::exchange(shape.size, {});
  if (family) check_family(*family, shape);
  if (!size.empty()) apply_size(shape, size, family ? *family : unlisted_family());
  return shape;
}

ImageShape pixel_shape_of(const patchbay::Request& request,
                          const std::optional<ImageFamily>& family) {
  const ImageShape asked = shape_as_asked(request);
  const bool is_listed = family && !family->sizes.empty();
  ImageShape shape;
  std::string asked_for;
  if (!asked.size.empty()) {
    const PixelSize size = parse_size(asked.size);
    check_pixels(size, asked.size, asked);
    asked_for = "size " + asked.size;
    shape.size = is_listed
                     ? nearest_size(ratio_value(size), size.width * size.height, family->sizes)
                     : asked.size;
  } else if (!asked.aspect_ratio.empty() || !asked.resolution.empty()) {
    const std::string ratio_text = asked.aspect_ratio.empty() ? "1:1" : asked.aspect_ratio;
    const double ratio = ratio_value(ratio_text);
    const std::uint64_t pixels =
        asked.resolution.empty() ? at_1k : nominal_pixels(asked.resolution);
    if (!asked.aspect_ratio.empty()) asked_for = "aspect_ratio " + asked.aspect_ratio;
    if (!asked.resolution.empty())
      asked_for += (asked_for.empty() ? "resolution " : ", resolution ") + asked.resolution;
    shape.size =
        is_listed ? nearest_size(ratio, pixels, family->sizes) : text_of(size_of(ratio, pixels));
  }
  if (shape.size != asked.size) shape.mapping = asked_for + " -> size " + shape.size;
  return shape;
}

}  // namespace shared
