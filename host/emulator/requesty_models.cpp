#include "host/emulator/requesty_models.hpp"

#include <array>
#include <string>
#include <utility>

namespace patchbay::emulator {
namespace {

using Family = RoutedModel::Family;

constexpr std::int64_t created = 1'759'363'200;
constexpr std::string_view policy = "policy/";

constexpr RoutedModel openai_image(std::string_view id, double prompt_price, double image_price) {
  return {
      id, id, "OpenAI", Family::Sizes, "", 32'768, 8'192, prompt_price, 0, image_price, 10, false};
}

// The first is what a policy chooses first.
constexpr std::array models = {
    google_image_model("vertex/gemini-2.5-flash-image",
                       "gemini-2.5-flash-image",
                       "gemini-2.5-flash-image",
                       32'768,
                       gemini_2_5_image_prices),
    google_image_model("google/gemini-2.5-flash-image",
                       "gemini-2.5-flash-image",
                       "gemini-2.5-flash-image",
                       32'768,
                       gemini_2_5_image_prices),
    google_image_model("vertex/gemini-3-pro-image",
                       "gemini-3-pro-image",
                       "gemini-3-pro-image",
                       131'072,
                       gemini_3_pro_image_prices),
    google_image_model("vertex/gemini-3.1-flash-image",
                       "gemini-3.1-flash-image",
                       "gemini-3.1-flash-image",
                       65'536,
                       gemini_3_1_image_prices),
    google_image_model("google/gemini-3.1-flash-image",
                       "gemini-3.1-flash-image",
                       "gemini-3.1-flash-image",
                       65'536,
                       gemini_3_1_image_prices),
    google_image_model("google/gemini-3.1-flash-lite-image",
                       "gemini-3.1-flash-lite-image",
                       "gemini-3.1-flash-lite-image",
                       65'536,
                       gemini_3_1_lite_image_prices),
    openai_image("azure/openai/gpt-image-1", 5e-6, 40e-6),
    openai_image("azure/openai/gpt-image-1.5", 5e-6, 32e-6),
    routed_text_model(
        "vertex/gemini-2.5-flash", "vertex/gemini-2.5-flash", "Google", 1'048'576, 0.3e-6, 2.5e-6),
    routed_text_model(
        "google/gemini-3.5-flash", "google/gemini-3.5-flash", "Google", 1'048'576, 0.5e-6, 3e-6),
    routed_text_model(
        "openai/gpt-4o-mini", "openai/gpt-4o-mini", "OpenAI", 128'000, 0.15e-6, 0.6e-6),
    routed_text_model("mistral/mistral-medium-3.1",
                      "mistral/mistral-medium-3.1",
                      "Mistral",
                      1'000'000,
                      3e-6,
                      15e-6),
};

json::Value describe(const RoutedModel& model) {
  const bool writes = makes_text(model);
  json::Value value;
  value.set("id", model.id);
  value.set("object", "model");
  value.set("created", created);
  value.set("updated", created);
  value.set("owned_by", "system");
  value.set("api", writes ? "chat" : "image");
  value.set("input_price", model.prompt_price);
  value.set("output_price", model.completion_price);
  value.set("cached_price", model.prompt_price / 10);
  value.set("caching_price", 0);
  value.set("pricing", json::Array{});
  value.set("context_window", model.context_length);
  value.set("max_output_tokens", model.output_limit);
  value.set("supports_vision", true);
  value.set("supports_caching", writes);
  value.set("supports_computer_use", false);
  value.set("supports_reasoning", false);
  value.set("supports_tool_calling", model.family == Family::Text);
  value.set("supports_image_generation", makes_images(model));
  value.set("description", std::string(model.display_name) + ", emulated on this machine.");
  value.set("geolocation", "global");
  value.set("model_lab", model.upstream);
  value.set("retires_at", json::Value());
  return value;
}

}  // namespace

const RoutedModel* find_requesty_model(std::string_view id) {
  if (id.starts_with(policy)) return id == policy ? nullptr : &models.front();
  return find_routed_model(models, id.substr(0, id.find('@')));
}

json::Value list_requesty_models() {
  json::Value data{json::Array{}};
  for (const RoutedModel& model : models) data.append(describe(model));
  json::Value document;
  document.set("object", "list");
  document.set("data", std::move(data));
  return document;
}

}  // namespace patchbay::emulator
