#include "host/emulator/routed_model.hpp"

#include "core/base/text.hpp"
#include "host/emulator/gemini_models.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace patchbay::emulator {
namespace {

using Family = RoutedModel::Family;
using Choice = std::variant<ImageShape, std::string>;

constexpr std::uint32_t side_max = 8192;  // of a size that a request names
constexpr double ratio_tolerance = 0.05;  // between a size and a ratio that come together
constexpr std::int64_t diffusion_tokens = 4175;

struct FixedSize {
  Pixels pixels;
  std::int64_t token_count;
};
constexpr std::array fixed_sizes = {
    FixedSize{{1024, 1024}, 4160}, FixedSize{{1536, 1024}, 6208}, FixedSize{{1024, 1536}, 6240}};

struct DiffusionTier {
  std::string_view name;
  std::uint32_t side;  // pixels of a square
};
constexpr std::array diffusion_tiers = {
    DiffusionTier{"1K", 1024}, DiffusionTier{"2K", 2048}, DiffusionTier{"4K", 4096}};

constexpr std::array<std::string_view, 21> diffusion_ratios = {
    "1:1", "1:2", "1:4",  "1:8",  "2:1",    "2:3",    "3:2",  "3:4",  "4:1",  "4:3", "4:5",
    "5:4", "8:1", "9:16", "16:9", "9:19.5", "19.5:9", "9:20", "20:9", "9:21", "21:9"};

std::string quoted(std::string_view text) {
  return "'" + printable(text) + "'";
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && number > 0;
  return is_number ? std::optional(number) : std::nullopt;
}

// "16:9", "1024x768" by their separator.
std::optional<std::pair<double, double>> pair_of(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto first = number_of(text.substr(0, at));
  const auto second = number_of(text.substr(at + 1));
  if (!first || !second) return std::nullopt;
  return std::pair(*first, *second);
}

std::optional<Pixels> pixels_in(std::string_view size) {
  const auto sides = pair_of(size, 'x');
  if (!sides || sides->first > side_max || sides->second > side_max) return std::nullopt;
  return Pixels{.width = static_cast<std::uint32_t>(sides->first),
                .height = static_cast<std::uint32_t>(sides->second)};
}

double quotient(const Pixels& pixels) {
  return static_cast<double>(pixels.width) / static_cast<double>(pixels.height);
}

// A size in pixels beside a ratio that says otherwise.
bool contradicts(const Pixels& size, std::string_view ratio) {
  const auto sides = pair_of(ratio, ':');
  return sides && std::abs(quotient(size) / (sides->first / sides->second) - 1) > ratio_tolerance;
}

Choice gemini_shape(const RoutedModel& model,
                    std::string_view ratio,
                    std::string_view tier_name,
                    const ShapeWish& wish) {
  const ImageModel& image = *find_gemini_model(model.gemini_id)->image;
  const auto size = pixels_in(wish.size);
  const ImageTier* tier = find_tier(image, tier_name.empty() ? image.default_tier : tier_name);
  if (tier == nullptr) return "image_size " + quoted(tier_name) + " is not supported by this model";
  std::string_view chosen = ratio;
  if (chosen.empty() && size) chosen = nearest_ratio(image, *size);
  const auto pixels = choose_pixels(image, chosen, *tier, wish.input);
  if (!pixels) return "aspect_ratio " + quoted(ratio) + " is not supported by this model";
  return ImageShape{.format = image.format, .pixels = *pixels, .token_count = tier->token_count};
}

Choice fixed_shape(std::string_view ratio, const ShapeWish& wish) {
  const auto size = pixels_in(wish.size);
  const auto sides = pair_of(ratio, ':');
  const FixedSize* best = &fixed_sizes.front();
  for (const FixedSize& candidate : fixed_sizes) {
    const bool is_asked =
        size && size->width == candidate.pixels.width && size->height == candidate.pixels.height;
    const bool is_nearer =
        !size && sides &&
        std::abs(std::log(quotient(candidate.pixels) * sides->second / sides->first)) <
            std::abs(std::log(quotient(best->pixels) * sides->second / sides->first));
    if (is_asked || is_nearer) best = &candidate;
  }
  const bool is_there =
      !size || (size->width == best->pixels.width && size->height == best->pixels.height);
  if (!is_there)
    return "Invalid size " + quoted(wish.size) +
           ". Supported sizes are 1024x1024, 1024x1536, 1536x1024, and auto.";
  const bool is_jpeg = wish.format == "jpeg";
  return ImageShape{.format = is_jpeg ? media::ImageFormat::Jpeg : media::ImageFormat::Png,
                    .pixels = best->pixels,
                    .token_count = best->token_count};
}

// About as many pixels as a square of the tier, each side a multiple of 16.
Choice diffusion_shape(std::string_view ratio, std::string_view tier_name, const ShapeWish& wish) {
  const auto* tier = std::find_if(
      diffusion_tiers.begin(), diffusion_tiers.end(), [&](const DiffusionTier& candidate) {
        return candidate.name == (tier_name.empty() ? "1K" : tier_name);
      });
  if (tier == diffusion_tiers.end())
    return "resolution " + quoted(tier_name) + " is not supported by this model";
  const std::string_view asked = ratio.empty() ? "1:1" : ratio;
  if (std::find(diffusion_ratios.begin(), diffusion_ratios.end(), asked) == diffusion_ratios.end())
    return "aspect_ratio " + quoted(asked) + " is not supported by this model";
  ImageShape shape{
      .format = wish.format == "jpeg" ? media::ImageFormat::Jpeg : media::ImageFormat::Png,
      .token_count = diffusion_tokens};
  if (const auto size = pixels_in(wish.size)) {
    shape.pixels = *size;
    return shape;
  }
  const auto sides = *pair_of(asked, ':');
  const double root = std::sqrt(sides.first / sides.second);
  const auto rounded = [&](double side) {
    return static_cast<std::uint32_t>(std::lround(side / 16.0)) * 16U;
  };
  shape.pixels = {.width = rounded(tier->side * root), .height = rounded(tier->side / root)};
  return shape;
}

}  // namespace

const RoutedModel* find_routed_model(std::span<const RoutedModel> models, std::string_view id) {
  const auto found = std::find_if(
      models.begin(), models.end(), [&](const RoutedModel& model) { return model.id == id; });
  return found == models.end() ? nullptr : &*found;
}

std::variant<ImageShape, std::string> choose_image_shape(const RoutedModel& model,
                                                         const ShapeWish& wish) {
  const bool has_pixels = wish.size.find('x') != std::string::npos;
  const std::string_view ratio = wish.ratio == "auto" ? std::string_view() : wish.ratio;
  std::string_view tier = wish.tier;
  if (tier.empty() && !has_pixels && wish.size != "auto") tier = wish.size;
  if (has_pixels) {
    const auto size = pixels_in(wish.size);
    if (!size) return "size " + quoted(wish.size) + " is not a size";
    if (contradicts(*size, ratio))
      return "size " + quoted(wish.size) + " does not match aspect_ratio " + quoted(ratio);
  }
  if (!wish.format.empty() && wish.format != "png" && wish.format != "jpeg")
    return "output_format " + quoted(wish.format) + " is not supported by this model";
  if (model.family == Family::Gemini) return gemini_shape(model, ratio, tier, wish);
  if (model.family == Family::Sizes) return fixed_shape(ratio, wish);
  return diffusion_shape(ratio, tier, wish);
}

std::int64_t input_image_tokens(const RoutedModel& model) {
  constexpr std::int64_t otherwise = 258;
  if (model.family != Family::Gemini) return otherwise;
  return find_gemini_model(model.gemini_id)->image->input_token_count;
}

std::vector<std::string_view> tiers_of(const RoutedModel& model) {
  std::vector<std::string_view> names;
  if (model.family == Family::Gemini)
    for (const ImageTier& tier : find_gemini_model(model.gemini_id)->image->tiers)
      names.push_back(tier.name);
  if (model.family == Family::Diffusion)
    for (const DiffusionTier& tier : diffusion_tiers) names.push_back(tier.name);
  return names;
}

Cost cost_of(const RoutedModel& model, const TokenUse& use) {
  return {.prompt = static_cast<double>(use.prompt) * model.prompt_price,
          .completion = static_cast<double>(use.text + use.reasoning) * model.completion_price +
                        static_cast<double>(use.image) * model.image_price};
}

}  // namespace patchbay::emulator
