#include "host/emulator/openrouter_models.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>

namespace patchbay::emulator {
namespace {

using Family = RoutedModel::Family;

constexpr std::size_t page_size_max = 1000;
constexpr std::int64_t created = 1'759'363'200;

constexpr std::array models = {
    google_image_model("google/gemini-2.5-flash-image",
                       "Google: Gemini 2.5 Flash Image (Nano Banana)",
                       "gemini-2.5-flash-image",
                       32'768,
                       gemini_2_5_image_prices),
    google_image_model("google/gemini-3-pro-image",
                       "Google: Nano Banana Pro",
                       "gemini-3-pro-image",
                       131'072,
                       gemini_3_pro_image_prices),
    google_image_model("google/gemini-3.1-flash-image",
                       "Google: Nano Banana 2",
                       "gemini-3.1-flash-image",
                       65'536,
                       gemini_3_1_image_prices),
    google_image_model("google/gemini-3.1-flash-lite-image",
                       "Google: Nano Banana 2 Lite",
                       "gemini-3.1-flash-lite-image",
                       65'536,
                       gemini_3_1_lite_image_prices),
    google_image_model("google/gemini-nano-banana-2.1",
                       "Google: Nano Banana 2.1",
                       "gemini-nano-banana-2.1",
                       65'536,
                       nano_banana_2_1_prices),
    RoutedModel{"openai/gpt-image-1",
                "OpenAI: GPT Image 1",
                "OpenAI",
                Family::Sizes,
                "",
                32'768,
                8'192,
                5e-6,
                0,
                40e-6,
                10,
                true},
    RoutedModel{"bytedance-seed/seedream-4.5",
                "ByteDance Seed: Seedream 4.5",
                "Seed",
                Family::Diffusion,
                "",
                4'096,
                4'096,
                0,
                0,
                9.58e-6,
                1,
                false},
    routed_text_model(
        "google/gemini-2.5-flash", "Google: Gemini 2.5 Flash", "Google", 1'048'576, 0.3e-6, 2.5e-6),
    routed_text_model(
        "google/gemini-3.5-flash", "Google: Gemini 3.5 Flash", "Google", 1'048'576, 0.5e-6, 3e-6),
    routed_text_model(
        "openai/gpt-4.1-mini", "OpenAI: GPT-4.1 Mini", "OpenAI", 1'047'576, 0.4e-6, 1.6e-6),
    routed_text_model("mistralai/mistral-medium-3.1",
                      "Mistral: Mistral Medium 3.1",
                      "Mistral",
                      1'000'000,
                      3e-6,
                      15e-6),
    routed_text_model("mistralai/mistral-small-3.2",
                      "Mistral: Mistral Small 3.2",
                      "Mistral",
                      200'000,
                      1e-6,
                      5e-6),
};

json::Array input_modalities(const RoutedModel& model) {
  if (model.family == Family::Text) return {"text", "image", "file"};
  return {"text", "image"};
}

json::Array output_modalities(const RoutedModel& model) {
  if (model.family == Family::Gemini) return {"image", "text"};
  return {makes_images(model) ? "image" : "text"};
}

// USD per token, as a string with no exponent.
std::string price(double usd) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.9f", usd);
  std::string digits(text.data(), static_cast<std::size_t>(size));
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits.ends_with('.') ? digits.substr(0, digits.size() - 1) : digits;
}

json::Value pricing_of(const RoutedModel& model) {
  json::Value value;
  value.set("prompt", price(model.prompt_price));
  value.set("completion", price(model.completion_price));
  if (makes_images(model)) value.set("image_output", price(model.image_price));
  return value;
}

std::string joined_words(const json::Array& words) {
  std::string text;
  for (const json::Value& word : words) text += (text.empty() ? "" : "+") + *word.string();
  return text;
}

json::Value architecture_of(const RoutedModel& model) {
  const json::Array inputs = input_modalities(model);
  const json::Array outputs = output_modalities(model);
  json::Value value;
  value.set("modality", joined_words(inputs) + "->" + joined_words(outputs));
  value.set("input_modalities", inputs);
  value.set("output_modalities", outputs);
  value.set("tokenizer", model.family == Family::Gemini ? "Gemini" : "Other");
  value.set("instruct_type", json::Value());
  return value;
}

json::Value enumeration(const std::vector<std::string_view>& values) {
  json::Value list{json::Array{}};
  for (const std::string_view value : values) list.append(json::Value(value));
  json::Value capability;
  capability.set("type", "enum");
  capability.set("values", std::move(list));
  return capability;
}

json::Value range(unsigned min, unsigned max) {
  json::Value capability;
  capability.set("type", "range");
  capability.set("min", static_cast<int>(min));
  capability.set("max", static_cast<int>(max));
  return capability;
}

json::Value image_parameters(const RoutedModel& model) {
  json::Value value{json::Object{}};
  if (const auto tiers = tiers_of(model); !tiers.empty())
    value.set("resolution", enumeration(tiers));
  value.set("n", range(1, model.count_max));
  if (model.family == Family::Sizes) value.set("output_format", enumeration({"png", "jpeg"}));
  if (model.family != Family::Gemini) return value;
  json::Value seed;
  seed.set("type", "boolean");
  value.set("seed", std::move(seed));
  return value;
}

// "text" where nothing is asked: image models are listed for those who ask for them.
bool is_listed(const RoutedModel& model, const std::string& asked) {
  if (asked == "all") return true;
  if (asked.empty()) return makes_text(model) && !makes_images(model);
  std::string_view rest = asked;
  while (true) {
    const std::size_t comma = rest.find(',');
    for (const json::Value& word : output_modalities(model))
      if (*word.string() == trimmed(rest.substr(0, comma))) return true;
    if (comma == std::string_view::npos) return false;
    rest.remove_prefix(comma + 1);
  }
}

std::size_t number_or(const std::string& text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

}  // namespace

const RoutedModel* find_openrouter_model(std::string_view id) {
  return find_routed_model(models, id.substr(0, id.find(':')));
}

json::Value describe_openrouter_model(const RoutedModel& model) {
  json::Value top;
  top.set("context_length", model.context_length);
  top.set("max_completion_tokens", model.output_limit);
  top.set("is_moderated", false);
  json::Value links;
  links.set("details", "/api/v1/models/" + std::string(model.id) + "/endpoints");
  json::Value value;
  value.set("id", model.id);
  value.set("canonical_slug", model.id);
  value.set("hugging_face_id", "");
  value.set("name", model.display_name);
  value.set("created", created);
  value.set("description", std::string(model.display_name) + ", emulated on this machine.");
  value.set("context_length", model.context_length);
  value.set("architecture", architecture_of(model));
  value.set("pricing", pricing_of(model));
  value.set("top_provider", std::move(top));
  value.set("per_request_limits", json::Value());
  value.set("supported_parameters", json::Array{"max_tokens", "seed", "temperature", "top_p"});
  value.set("default_parameters", json::Value());
  value.set("supported_voices", json::Value());
  value.set("knowledge_cutoff", json::Value());
  value.set("expiration_date", json::Value());
  value.set("links", std::move(links));
  return value;
}

Reply list_openrouter_models(const net::ServerRequest& request) {
  const std::string asked = request.query("output_modalities");
  std::vector<const RoutedModel*> listed;
  for (const RoutedModel& model : models)
    if (is_listed(model, asked)) listed.push_back(&model);
  const std::size_t offset = std::min(number_or(request.query("offset"), 0), listed.size());
  const std::size_t limit =
      std::clamp<std::size_t>(number_or(request.query("limit"), page_size_max), 1, page_size_max);
  const std::size_t end = std::min(listed.size(), offset + limit);
  json::Value data{json::Array{}};
  for (std::size_t i = offset; i < end; ++i) data.append(describe_openrouter_model(*listed[i]));
  json::Value links;
  links.set("next",
            end == listed.size()
                ? json::Value()
                : json::Value("/api/v1/models?offset=" + std::to_string(end) +
                              "&limit=" + std::to_string(limit) +
                              (asked.empty() ? "" : "&output_modalities=" + asked)));
  json::Value document;
  document.set("data", std::move(data));
  document.set("total_count", static_cast<std::int64_t>(listed.size()));
  document.set("links", std::move(links));
  return make_reply(200, "application/json", json::write(document));
}

json::Value list_image_models() {
  json::Value data{json::Array{}};
  for (const RoutedModel& model : models) {
    if (!makes_images(model)) continue;
    json::Value architecture;
    architecture.set("input_modalities", input_modalities(model));
    architecture.set("output_modalities", output_modalities(model));
    json::Value item;
    item.set("id", model.id);
    item.set("name", model.display_name);
    item.set("description", std::string(model.display_name) + ", emulated on this machine.");
    item.set("created", created);
    item.set("architecture", std::move(architecture));
    item.set("supported_parameters", image_parameters(model));
    item.set("supports_streaming", model.streams_images);
    item.set("endpoints", "/api/v1/images/models/" + std::string(model.id) + "/endpoints");
    data.append(std::move(item));
  }
  json::Value document;
  document.set("data", std::move(data));
  return document;
}

json::Value describe_image_endpoints(const RoutedModel& model) {
  json::Value pricing;
  pricing.set("billable", "output_image");
  pricing.set("unit", "token");
  pricing.set("cost_usd", model.image_price);
  json::Value endpoint;
  endpoint.set("provider_name", model.upstream);
  endpoint.set("provider_slug", lower_case(model.upstream));
  endpoint.set("provider_tag", lower_case(model.upstream));
  endpoint.set("supported_parameters", image_parameters(model));
  endpoint.set("allowed_passthrough_parameters", json::Array{});
  endpoint.set("supports_streaming", model.streams_images);
  endpoint.set("pricing", json::Array{std::move(pricing)});
  json::Value document;
  document.set("id", model.id);
  document.set("endpoints", json::Array{std::move(endpoint)});
  return document;
}

}  // namespace patchbay::emulator
