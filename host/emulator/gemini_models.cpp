#include "host/emulator/gemini_models.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace patchbay::emulator {
namespace {

constexpr std::array first_tiers = {ImageTier{"1K", 2, 1290}};
constexpr std::array pro_tiers = {
    ImageTier{"1K", 2, 1120}, ImageTier{"2K", 4, 1120}, ImageTier{"4K", 8, 2000}};
constexpr std::array flash_tiers = {ImageTier{"512", 1, 747},
                                    ImageTier{"1K", 2, 1120},
                                    ImageTier{"2K", 4, 1680},
                                    ImageTier{"4K", 8, 2520}};
constexpr std::array lite_tiers = {ImageTier{"1K", 2, 1120}};
constexpr auto banana_tiers = std::span(flash_tiers).subspan<1>();

constexpr ImageModel first_image = {.format = media::ImageFormat::Png,
                                    .has_signature = false,
                                    .has_narrow_ratios = false,
                                    .input_token_count = 258,
                                    .tiers = first_tiers,
                                    .default_tier = "1K"};
constexpr ImageModel later_image(std::span<const ImageTier> tiers, bool has_narrow_ratios) {
  return {.format = media::ImageFormat::Jpeg,
          .has_signature = true,
          .has_narrow_ratios = has_narrow_ratios,
          .input_token_count = 1120,
          .tiers = tiers,
          .default_tier = "1K"};
}
constexpr ImageModel pro_image = later_image(pro_tiers, false);
constexpr ImageModel flash_image = later_image(flash_tiers, true);
constexpr ImageModel lite_image = later_image(lite_tiers, false);
constexpr ImageModel banana_image = later_image(banana_tiers, true);

constexpr GeminiModel text_model(std::string_view id, std::string_view display_name) {
  return {id, display_name, GeminiModel::Kind::Text, 1'048'576, 65'536, true, nullptr};
}
constexpr GeminiModel old_text_model(std::string_view id, std::string_view display_name) {
  return {id, display_name, GeminiModel::Kind::Text, 32'768, 8'192, false, nullptr};
}
constexpr GeminiModel image_model(std::string_view id,
                                  std::string_view display_name,
                                  std::int64_t limit,
                                  const ImageModel& image) {
  return {id, display_name, GeminiModel::Kind::Image, limit, 32'768, image.has_signature, &image};
}

// More than one page of the default size, the image models on both.
constexpr std::array models = {
    text_model("gemini-2.5-flash", "Gemini 2.5 Flash"),
    text_model("gemini-2.5-pro", "Gemini 2.5 Pro"),
    image_model("gemini-2.5-flash-image", "Nano Banana", 32'768, first_image),
    text_model("gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite"),
    text_model("gemini-flash-latest", "Gemini Flash Latest"),
    text_model("gemini-flash-lite-latest", "Gemini Flash-Lite Latest"),
    text_model("gemini-pro-latest", "Gemini Pro Latest"),
    text_model("gemini-2.5-flash-preview-09-2025", "Gemini 2.5 Flash Preview Sep 2025"),
    text_model("gemini-2.5-flash-lite-preview-09-2025", "Gemini 2.5 Flash-Lite Preview Sep 2025"),
    text_model("gemini-2.5-pro-preview-05-06", "Gemini 2.5 Pro Preview 05-06"),
    text_model("gemini-2.5-pro-preview-06-05", "Gemini 2.5 Pro Preview"),
    old_text_model("gemini-2.5-flash-preview-tts", "Gemini 2.5 Flash Preview TTS"),
    old_text_model("gemini-2.5-pro-preview-tts", "Gemini 2.5 Pro Preview TTS"),
    old_text_model("gemini-2.0-flash", "Gemini 2.0 Flash"),
    old_text_model("gemini-2.0-flash-001", "Gemini 2.0 Flash 001"),
    old_text_model("gemini-2.0-flash-lite", "Gemini 2.0 Flash-Lite"),
    old_text_model("gemini-2.0-flash-lite-001", "Gemini 2.0 Flash-Lite 001"),
    old_text_model("gemini-2.0-flash-exp", "Gemini 2.0 Flash Experimental"),
    old_text_model("gemini-robotics-er-1.5-preview", "Gemini Robotics-ER 1.5 Preview"),
    old_text_model("gemini-2.5-computer-use-preview-10-2025", "Gemini 2.5 Computer Use Preview"),
    old_text_model("gemma-3-1b-it", "Gemma 3 1B"),
    old_text_model("gemma-3-4b-it", "Gemma 3 4B"),
    old_text_model("gemma-3-12b-it", "Gemma 3 12B"),
    old_text_model("gemma-3-27b-it", "Gemma 3 27B"),
    old_text_model("gemma-3n-e4b-it", "Gemma 3n E4B"),
    old_text_model("gemma-3n-e2b-it", "Gemma 3n E2B"),
    old_text_model("gemma-4-9b-it", "Gemma 4 9B"),
    old_text_model("gemma-4-31b-it", "Gemma 4 31B"),
    old_text_model("learnlm-2.0-flash-experimental", "LearnLM 2.0 Flash Experimental"),
    GeminiModel{"gemini-embedding-001",
                "Gemini Embedding 001",
                GeminiModel::Kind::Embedding,
                2'048,
                1,
                false,
                nullptr},
    GeminiModel{"gemini-embedding-exp",
                "Gemini Embedding Experimental",
                GeminiModel::Kind::Embedding,
                8'192,
                1,
                false,
                nullptr},
    GeminiModel{"text-embedding-004",
                "Text Embedding 004",
                GeminiModel::Kind::Embedding,
                2'048,
                1,
                false,
                nullptr},
    text_model("gemini-3-pro-preview", "Gemini 3 Pro Preview"),
    text_model("gemini-3-flash-preview", "Gemini 3 Flash Preview"),
    image_model("gemini-3-pro-image", "Nano Banana Pro", 131'072, pro_image),
    image_model("nano-banana-pro-preview", "Nano Banana Pro", 131'072, pro_image),
    text_model("gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview"),
    text_model("gemini-3.1-pro-preview-customtools", "Gemini 3.1 Pro Preview Custom Tools"),
    text_model("gemini-3.1-flash-lite", "Gemini 3.1 Flash-Lite"),
    text_model("gemini-3.1-flash-lite-preview", "Gemini 3.1 Flash-Lite Preview"),
    text_model("gemini-3.5-flash", "Gemini 3.5 Flash"),
    text_model("gemini-3.5-flash-001", "Gemini 3.5 Flash 001"),
    text_model("gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite"),
    text_model("gemini-3.5-flash-lite-001", "Gemini 3.5 Flash-Lite 001"),
    text_model("gemini-3.6-flash", "Gemini 3.6 Flash"),
    text_model("gemini-3.6-flash-001", "Gemini 3.6 Flash 001"),
    text_model("gemini-3.7-flash", "Gemini 3.7 Flash"),
    text_model("gemini-3.7-flash-001", "Gemini 3.7 Flash 001"),
    text_model("gemini-3.8-flash", "Gemini 3.8 Flash"),
    text_model("gemini-3.8-flash-001", "Gemini 3.8 Flash 001"),
    text_model("gemini-4-argon", "Gemini 4 Argon"),
    image_model("gemini-3.1-flash-image", "Nano Banana 2", 65'536, flash_image),
    image_model("gemini-3.1-flash-lite-image", "Nano Banana 2 Lite", 65'536, lite_image),
    image_model("gemini-nano-banana-2.1", "Nano Banana 2.1", 65'536, banana_image),
};

}  // namespace

std::span<const GeminiModel> gemini_models() {
  return models;
}

const GeminiModel* find_gemini_model(std::string_view id) {
  const auto* found = std::find_if(
      models.begin(), models.end(), [&](const GeminiModel& model) { return model.id == id; });
  return found == models.end() ? nullptr : found;
}

json::Value describe_gemini_model(const GeminiModel& model) {
  json::Value value;
  value.set("name", "models/" + std::string(model.id));
  value.set("version", "001");
  value.set("displayName", model.display_name);
  value.set("description", std::string(model.display_name) + ", emulated on this machine.");
  value.set("inputTokenLimit", model.input_limit);
  value.set("outputTokenLimit", model.output_limit);
  json::Array methods = {"generateContent", "countTokens", "batchGenerateContent"};
  if (model.kind == GeminiModel::Kind::Embedding) methods = {"embedContent", "countTextTokens"};
  value.set("supportedGenerationMethods", std::move(methods));
  if (model.kind != GeminiModel::Kind::Embedding) {
    value.set("temperature", 1);
    value.set("topP", 0.95);
    value.set("topK", 64);
    value.set("maxTemperature", model.image != nullptr ? 1 : 2);
  }
  if (model.thinks) value.set("thinking", true);
  return value;
}

}  // namespace patchbay::emulator
