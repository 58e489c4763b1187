#include "plugins/gemini/image_config.hpp"

#include "plugins/gemini/model_id.hpp"
#include "plugins/gemini/refusal.hpp"
#include <patchbay/retry_after.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace gemini {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 14> all_ratios = {"1:1",
                                                         "2:3",
                                                         "3:2",
                                                         "3:4",
                                                         "4:3",
                                                         "4:5",
                                                         "5:4",
                                                         "9:16",
                                                         "16:9",
                                                         "21:9",
                                                         "1:4",
                                                         "4:1",
                                                         "1:8",
                                                         "8:1"};
constexpr Names common_ratios = Names(all_ratios).first(10);
constexpr std::array<std::string_view, 4> all_resolutions = {"512", "1K", "2K", "4K"};
constexpr Names from_1k = Names(all_resolutions).subspan(1);
constexpr Names only_1k = Names(all_resolutions).subspan(1, 1);

constexpr std::array<ImageFamily, 6> families = {{
    {"gemini-2.5-flash-image", common_ratios, only_1k, 0},
    {"gemini-3-pro-image", common_ratios, from_1k, 14},
    {"gemini-3.1-flash-image", all_ratios, all_resolutions, 14},
    {"gemini-3.1-flash-lite-image", common_ratios, only_1k, 14},
    {"gemini-nano-banana-2.1", all_ratios, from_1k, 14},
    {"nano-banana-pro", common_ratios, from_1k, 14},
}};
constexpr ImageFamily unknown_family = {"", common_ratios, from_1k, 0};

constexpr std::uint64_t side_min = 64;      // pixels; what is smaller is no picture of that size
constexpr std::uint64_t side_max = 16'384;  // pixels
constexpr double stretch_max = 1.5;         // from the shape asked for to one that there is

struct PixelSize {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

bool contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
std::string joined(Names names) {
  std::string out;
  for (const std::string_view name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

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

std::string_view nearest_ratio(PixelSize size, Names ratios) {
  const double wanted = static_cast<double>(size.width) / static_cast<double>(size.height);
  const auto stretch = [wanted](std::string_view ratio) {
    const double value = ratio_value(ratio);
    return value > wanted ? value / wanted : wanted / value;
  };
  const std::string_view nearest =
      *std::min_element(ratios.begin(), ratios.end(), [&](auto one, auto other) {
        return stretch(one) < stretch(other);
      });
  if (stretch(nearest) > stretch_max)
    refuse_request("no aspect ratio of this model is near " + std::to_string(size.width) + "x" +
                   std::to_string(size.height) + "; it draws " + joined(ratios));
  return nearest;
}

std::uint64_t nominal_pixels(std::string_view resolution) {
  constexpr std::uint64_t at_1k = 1024 * 1024;
  if (resolution == "512") return at_1k / 4;
  return resolution == "1K" ? at_1k : resolution == "2K" ? at_1k * 4 : at_1k * 16;
}
// The smallest that holds the pixels asked for, give or take a tenth; else the largest.
std::string_view fitting_resolution(PixelSize size, Names resolutions) {
  const std::uint64_t wanted = size.width * size.height;
  for (const std::string_view resolution : resolutions)
    if (nominal_pixels(resolution) * 11 / 10 >= wanted) return resolution;
  return resolutions.back();
}

// "1k" is what people write and the provider refuses.
std::string spelled(std::string_view resolution) {
  std::string out(resolution);
  if (out.ends_with('k')) out.back() = 'K';
  return out;
}

void check_family(const ImageFamily& family, const ImageConfig& config) {
  const std::string where = std::string(family.prefix) + " models draw ";
  if (!config.aspect_ratio.empty() && !contains(family.aspect_ratios, config.aspect_ratio))
    refuse_request(where + "the aspect ratios " + joined(family.aspect_ratios) + ", not " +
                   config.aspect_ratio);
  if (!config.resolution.empty() && !contains(family.resolutions, config.resolution))
    refuse_request(where + "at " + joined(family.resolutions) + ", not at " + config.resolution);
}

void apply_size(ImageConfig& config, std::string_view text, const ImageFamily& family) {
  const PixelSize size = parse_size(text);
  const std::string_view ratio = nearest_ratio(size, family.aspect_ratios);
  const std::string_view resolution = fitting_resolution(size, family.resolutions);
  if (!config.aspect_ratio.empty() && config.aspect_ratio != ratio)
    refuse_request("the size " + std::string(text) + " is nearest to " + std::string(ratio) +
                   ", which contradicts the aspect ratio " + config.aspect_ratio);
  if (!config.resolution.empty() && config.resolution != resolution)
    refuse_request("the size " + std::string(text) + " needs " + std::string(resolution) +
                   ", which contradicts the resolution " + config.resolution);
  config.aspect_ratio = ratio;
  config.mapping = "size " + std::string(text) + " -> aspect_ratio " + config.aspect_ratio;
  // Where there is no choice, some models refuse the field.
  if (family.resolutions.size() > 1) config.resolution = resolution;
  if (!config.resolution.empty()) config.mapping += ", resolution " + config.resolution;
}

}  // namespace

std::span<const ImageFamily> image_families() {
  return families;
}

const ImageFamily* image_family_of(std::string_view model) {
  const std::string_view bare = bare_model(model);
  for (const ImageFamily& family : families)
    if (bare.starts_with(family.prefix)) return &family;
  return nullptr;
}

ImageConfig image_config_of(const patchbay::Request& request) {
  ImageConfig config;
  config.aspect_ratio = request.param("aspect_ratio");
  config.resolution = spelled(request.param("resolution"));
  if (!config.aspect_ratio.empty()) (void)ratio_value(config.aspect_ratio);
  const ImageFamily* const family = image_family_of(request.model());
  if (family != nullptr) check_family(*family, config);
  if (const std::string_view size = request.param("size"); !size.empty())
    apply_size(config, size, family != nullptr ? *family : unknown_family);
  return config;
}

}  // namespace gemini
