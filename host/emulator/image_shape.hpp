// What pixels an image comes in: the sizes and aspect ratios of the families of image models.
#pragma once

#include "core/media/image.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace patchbay::emulator {

struct Pixels {
  std::uint32_t width;
  std::uint32_t height;
};

// One value of imageSize, and what an image of it costs.
struct ImageTier {
  std::string_view name;
  std::uint32_t half_scale;  // of the pixels of "1K", in halves
  std::int64_t token_count;
};

// What an image model makes.
struct ImageModel {
  media::ImageFormat format;
  bool has_signature;  // of the 3.x families: a large thoughtSignature beside each image
  bool has_narrow_ratios;
  std::int64_t input_token_count;  // per input image
  std::span<const ImageTier> tiers;
  std::string_view default_tier;
};

[[nodiscard]] const ImageTier* find_tier(const ImageModel& model, std::string_view name);
// The pixels of an aspect ratio such as "16:9"; none where the model does not have it.
[[nodiscard]] std::optional<Pixels> pixels_of(const ImageModel& model,
                                              std::string_view ratio,
                                              const ImageTier& tier);
// The pixels where the ratio may be empty: then an edit follows its input, and a text gets what the
// family likes best.
[[nodiscard]] std::optional<Pixels> choose_pixels(const ImageModel& model,
                                                  std::string_view ratio,
                                                  const ImageTier& tier,
                                                  const std::optional<Pixels>& input);
// The ratio that the model has and that comes nearest to these pixels: for edits.
[[nodiscard]] std::string_view nearest_ratio(const ImageModel& model, const Pixels& pixels);

}  // namespace patchbay::emulator
