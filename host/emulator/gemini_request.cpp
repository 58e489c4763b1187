#include "host/emulator/gemini_request.hpp"

#include "core/base/text.hpp"
#include "host/emulator/gemini_schema.hpp"

#include <algorithm>
#include <array>

namespace patchbay::emulator {
namespace {

// The formats that the real API takes; GIF is not among them.
constexpr std::array<std::string_view, 5> image_types = {
    "image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"};

// Other media cost tokens too, and are taken as they are.
bool is_other_media(std::string_view type) {
  return type.starts_with("audio/") || type.starts_with("video/") || type.starts_with("text/") ||
         type == "application/pdf";
}

std::variant<Pixels, GeminiError> check_image(std::string_view base64, const std::string& path) {
  const auto measured = measure_image(base64);
  if (const auto* pixels = std::get_if<Pixels>(&measured)) return *pixels;
  if (std::get<ImageProblem>(measured) == ImageProblem::NotBase64)
    return field_violation(path,
                           "Invalid value at '" + path + "' (TYPE_BYTES), Base64 decoding failed");
  return invalid_argument("Provided image is not valid");
}

std::optional<GeminiError> add_blob(const json::Value& blob,
                                    const std::string& path,
                                    Prompt& prompt) {
  const std::string_view type = text_field(blob, "mimeType");
  if (is_other_media(type)) {
    prompt.text_token_count += 258;
    return std::nullopt;
  }
  if (std::find(image_types.begin(), image_types.end(), type) == image_types.end())
    return invalid_argument("Unsupported MIME type: " + printable(type));
  const bool is_scanned = type != "image/heic" && type != "image/heif";
  if (is_scanned) {
    auto pixels = check_image(text_field(blob, "data"), path + ".data");
    if (auto* error = std::get_if<GeminiError>(&pixels)) return std::move(*error);
    prompt.add_image(std::get<Pixels>(pixels));
  } else {
    ++prompt.image_count;
  }
  if (prompt.image_count > input_image_count_max)
    return invalid_argument("Request contains an invalid argument.");
  return std::nullopt;
}

std::optional<GeminiError> add_part(const json::Value& part,
                                    const std::string& path,
                                    Prompt& prompt) {
  const std::string_view text = text_field(part, "text");
  if (!text.empty()) prompt.add_text(text);
  const json::Value* blob = find_field(part, "inlineData");
  if (blob == nullptr) return std::nullopt;
  return add_blob(*blob, path + ".inline_data", prompt);
}

std::optional<GeminiError> add_content(const json::Value& content,
                                       const std::string& path,
                                       Prompt& prompt) {
  const std::string_view role = text_field(content, "role");
  if (!role.empty() && role != "user" && role != "model" && role != "function")
    return invalid_argument("Please use a valid role: user, model.");
  const json::Value* parts = find_field(content, "parts");
  const json::Array* list = parts == nullptr ? nullptr : parts->array();
  if (list != nullptr && list->empty()) parts = nullptr;
  if (parts == nullptr)
    return invalid_argument("* GenerateContentRequest." + path +
                            ".parts: contents.parts must not be empty.\n");
  if (list == nullptr) return add_part(*parts, path + ".parts", prompt);
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string at = path + ".parts[" + std::to_string(i) + "]";
    if (auto error = add_part((*list)[i], at, prompt)) return error;
  }
  return std::nullopt;
}

struct Modalities {
  bool text = false;
  bool image = false;
};

Modalities modalities_of(const json::Value* config) {
  Modalities wanted;
  const json::Value* field =
      config == nullptr ? nullptr : find_field(*config, "responseModalities");
  const json::Array* list = field == nullptr ? nullptr : field->array();
  if (list == nullptr) return wanted;
  for (const json::Value& word : *list) {
    const std::string* name = word.string();
    if (name == nullptr) continue;
    wanted.text = wanted.text || equal_ignoring_case(*name, "TEXT");
    wanted.image = wanted.image || equal_ignoring_case(*name, "IMAGE");
  }
  return wanted;
}

GeminiError bad_image_config(std::string_view field, std::string_view value) {
  const std::string path = "generation_config.image_config." + std::string(field);
  return field_violation(
      path, "Invalid value at '" + path + "' (TYPE_STRING), \"" + printable(value) + "\"");
}

std::optional<GeminiError> choose_shape(const json::Value* config,
                                        const ImageModel& model,
                                        Generation& generation) {
  std::string_view ratio;
  std::string_view size = model.default_tier;
  const json::Value* image = config == nullptr ? nullptr : find_field(*config, "imageConfig");
  if (image != nullptr) {
    ratio = text_field(*image, "aspectRatio");
    if (find_field(*image, "imageSize") != nullptr) size = text_field(*image, "imageSize");
  }
  generation.tier = find_tier(model, size);
  if (generation.tier == nullptr) return bad_image_config("image_size", size);
  const auto pixels = choose_pixels(model, ratio, *generation.tier, generation.prompt.first_image);
  if (!pixels) return bad_image_config("aspect_ratio", ratio);
  generation.pixels = *pixels;
  return std::nullopt;
}

std::optional<GeminiError> choose_output(const json::Value* config,
                                         const GeminiModel& model,
                                         Generation& generation) {
  const Modalities wanted = modalities_of(config);
  if (model.image == nullptr) {
    if (wanted.image) return invalid_argument("This model only supports text output.");
    if (config != nullptr && find_field(*config, "imageConfig") != nullptr)
      return invalid_argument("Aspect ratio is not enabled for this model");
    return std::nullopt;
  }
  const json::Value* count = config == nullptr ? nullptr : find_field(*config, "candidateCount");
  if (count != nullptr && count->integer() != nullptr && *count->integer() > 1)
    return invalid_argument("Multiple candidates is not enabled for this model");
  const bool is_free = !wanted.text && !wanted.image;
  generation.wants_text = wanted.text || is_free;
  generation.wants_image = wanted.image || is_free;
  return choose_shape(config, *model.image, generation);
}

}  // namespace

std::variant<json::Value, GeminiError> parse_gemini_body(std::string_view body) {
  if (body.size() > gemini_request_size_max) return request_too_large();
  json::Limits limits;
  limits.size_max = gemini_request_size_max;
  Result<json::Value> value = json::parse(body, limits);
  if (!value.ok())
    return invalid_argument("Invalid JSON payload received. " + value.error().message);
  return std::move(value).value();
}

std::variant<Prompt, GeminiError> parse_prompt(const json::Value& body) {
  Prompt prompt;
  const json::Value* contents = find_field(body, "contents");
  const json::Array* list = contents == nullptr ? nullptr : contents->array();
  if (contents == nullptr || (list != nullptr && list->empty()))
    return invalid_argument("* GenerateContentRequest.contents: contents is not specified\n");
  if (list == nullptr) {
    if (auto error = add_content(*contents, "contents", prompt)) return std::move(*error);
    return prompt;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = "contents[" + std::to_string(i) + "]";
    if (auto error = add_content((*list)[i], path, prompt)) return std::move(*error);
  }
  return prompt;
}

std::variant<Generation, GeminiError> parse_generation(const json::Value& body,
                                                       const GeminiModel& model) {
  auto prompt = parse_prompt(body);
  if (auto* error = std::get_if<GeminiError>(&prompt)) return std::move(*error);
  Generation generation;
  generation.prompt = std::get<Prompt>(std::move(prompt));
  if (generation.prompt.text_token_count > model.input_limit)
    return invalid_argument("The input token count (" +
                            std::to_string(generation.prompt.text_token_count) +
                            ") exceeds the maximum number of tokens allowed (" +
                            std::to_string(model.input_limit) + ").");
  if (auto error = choose_output(find_field(body, "generationConfig"), model, generation))
    return std::move(*error);
  return generation;
}

}  // namespace patchbay::emulator
