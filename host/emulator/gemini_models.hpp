// The models that the emulated Gemini API has, and what each can do.
#pragma once

#include "core/json/value.hpp"
#include "core/media/image.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace patchbay::emulator {

// One value of imageConfig.imageSize, and what an image of it costs.
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

struct GeminiModel {
  enum class Kind : std::uint8_t { Text, Image, Embedding };

  std::string_view id;
  std::string_view display_name;
  Kind kind;
  std::int64_t input_limit;
  std::int64_t output_limit;
  bool thinks;
  const ImageModel* image;  // null where the kind is another
};

struct Pixels {
  std::uint32_t width;
  std::uint32_t height;
};

[[nodiscard]] std::span<const GeminiModel> gemini_models();
// By the bare id; null where there is none.
[[nodiscard]] const GeminiModel* find_gemini_model(std::string_view id);
// An item of the list.
[[nodiscard]] json::Value describe_gemini_model(const GeminiModel& model);

[[nodiscard]] const ImageTier* find_tier(const ImageModel& model, std::string_view name);
// The pixels of an aspect ratio such as "16:9"; none where the model does not have it.
[[nodiscard]] std::optional<Pixels> pixels_of(const ImageModel& model,
                                              std::string_view ratio,
                                              const ImageTier& tier);
// The ratio that the model has and that comes nearest to these pixels: for edits.
[[nodiscard]] std::string_view nearest_ratio(const ImageModel& model, const Pixels& pixels);

}  // namespace patchbay::emulator
