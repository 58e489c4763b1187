// A model that a router offers, whoever runs it: what it makes, in which shapes, and at what price.
#pragma once

#include "core/media/image.hpp"
#include "host/emulator/image_shape.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace patchbay::emulator {

struct RoutedModel {
  enum class Family : std::uint8_t {
    Text,
    Gemini,    // text and images, in Google's sizes and ratios
    Sizes,     // images of three fixed sizes
    Diffusion  // images of any ratio
  };

  std::string_view id;
  std::string_view display_name;
  std::string_view upstream;  // who runs it
  Family family;
  std::string_view gemini_id;  // of Family::Gemini
  std::int64_t context_length;
  std::int64_t output_limit;
  double prompt_price;  // USD per token, as the others
  double completion_price;
  double image_price;
  unsigned count_max;   // images of one call
  bool streams_images;  // sends previews of an image before it is done
};

struct TokenPrices {
  double prompt;  // USD per token
  double completion;
  double image;
};
inline constexpr TokenPrices gemini_2_5_image_prices = {0.3e-6, 2.5e-6, 30e-6};
inline constexpr TokenPrices gemini_3_pro_image_prices = {2e-6, 12e-6, 120e-6};
inline constexpr TokenPrices gemini_3_1_image_prices = {0.5e-6, 3e-6, 60e-6};
inline constexpr TokenPrices gemini_3_1_lite_image_prices = {0.25e-6, 1.5e-6, 30e-6};
inline constexpr TokenPrices nano_banana_2_1_prices = {1.5e-6, 7.5e-6, 30e-6};

[[nodiscard]] constexpr RoutedModel google_image_model(std::string_view id,
                                                       std::string_view display_name,
                                                       std::string_view gemini_id,
                                                       std::int64_t context_length,
                                                       const TokenPrices& prices) {
  return {id,
          display_name,
          "Google",
          RoutedModel::Family::Gemini,
          gemini_id,
          context_length,
          32'768,
          prices.prompt,
          prices.completion,
          prices.image,
          1,
          false};
}

[[nodiscard]] constexpr RoutedModel routed_text_model(std::string_view id,
                                                      std::string_view display_name,
                                                      std::string_view upstream,
                                                      std::int64_t context_length,
                                                      double prompt_price,
                                                      double completion_price) {
  return {id,
          display_name,
          upstream,
          RoutedModel::Family::Text,
          "",
          context_length,
          65'536,
          prompt_price,
          completion_price,
          0,
          1,
          false};
}

[[nodiscard]] inline bool makes_images(const RoutedModel& model) {
  return model.family != RoutedModel::Family::Text;
}
[[nodiscard]] inline bool makes_text(const RoutedModel& model) {
  return model.family == RoutedModel::Family::Text || model.family == RoutedModel::Family::Gemini;
}
[[nodiscard]] const RoutedModel* find_routed_model(std::span<const RoutedModel> models,
                                                   std::string_view id);

// What a request says about the shape of its image; empty: nothing.
struct ShapeWish {
  std::string ratio{};            // "16:9"
  std::string tier{};             // "2K"
  std::string size{};             // "1024x768", or a tier
  std::string format{};           // "png", "jpeg"
  std::optional<Pixels> input{};  // of the first image that came along
};

struct ImageShape {
  media::ImageFormat format = media::ImageFormat::Png;
  Pixels pixels{.width = 1024, .height = 1024};
  std::int64_t token_count = 0;
};

// The shape, or what is wrong with the wish.
[[nodiscard]] std::variant<ImageShape, std::string> choose_image_shape(const RoutedModel& model,
                                                                       const ShapeWish& wish);
// What each image that comes with a request costs.
[[nodiscard]] std::int64_t input_image_tokens(const RoutedModel& model);
// The values that a request may have for its tier: "1K", "2K".
[[nodiscard]] std::vector<std::string_view> tiers_of(const RoutedModel& model);

struct TokenUse {
  std::int64_t prompt = 0;
  std::int64_t text = 0;  // of the answer
  std::int64_t image = 0;
  std::int64_t reasoning = 0;

  [[nodiscard]] std::int64_t completion() const { return text + image + reasoning; }
};

struct Cost {
  double prompt = 0;  // USD
  double completion = 0;

  [[nodiscard]] double total() const { return prompt + completion; }
};

[[nodiscard]] Cost cost_of(const RoutedModel& model, const TokenUse& use);

}  // namespace patchbay::emulator
