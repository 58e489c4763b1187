#include "plugins/gemini/generate_body.hpp"

#include "plugins/shared/param_json.hpp"
#include "plugins/shared/refusal.hpp"
#include <patchbay/json_body.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace gemini {
namespace {

using patchbay::JsonBody;
using patchbay::Request;
using patchbay::to_view;
using shared::refuse_request;

bool is_system(const patchbay_message& message) {
  return message.role == PATCHBAY_ROLE_SYSTEM;
}

void write_image(JsonBody& json, const Request& request, std::uint32_t index) {
  const patchbay_blob& blob = request.blob(index);
  if (blob.mime.len == 0) refuse_request("an input is not in an image format");
  json.key("inlineData").open_object();
  json.key("mimeType").string(to_view(blob.mime)).key("data").blob_base64(index);
  json.close_object();
}

// A state part goes back into the object of the part before it.
void write_parts(JsonBody& json, const Request& request, const patchbay_message& message) {
  bool is_open = false;
  for (const patchbay_input_part* part : patchbay::parts_of(message)) {
    const bool state = part->kind == PATCHBAY_PART_STATE;
    if (is_open && !state) json.close_object();
    if (!is_open || !state) json.open_object();
    if (part->kind == PATCHBAY_PART_TEXT) json.key("text").string(to_view(part->text));
    if (part->kind == PATCHBAY_PART_IMAGE) write_image(json, request, part->blob_index);
    if (state && !is_open) json.key("text").string("");  // it signs nothing: an empty text
    if (state) json.key("thoughtSignature").blob_text(part->blob_index).close_object();
    is_open = !state;
  }
  if (is_open) json.close_object();
}

void write_contents(JsonBody& json, const Request& request) {
  json.key("contents").open_array();
  for (const patchbay_message* message : request.messages()) {
    if (is_system(*message) || message->part_count == 0) continue;
    const bool model = message->role == PATCHBAY_ROLE_ASSISTANT;
    json.open_object().key("role").string(model ? "model" : "user");
    json.key("parts").open_array();
    write_parts(json, request, *message);
    json.close_array().close_object();
  }
  json.close_array();
}

void write_system_instruction(JsonBody& json, const Request& request) {
  const auto messages = request.messages();
  const auto counts = [](const patchbay_message* m) { return is_system(*m) && m->part_count > 0; };
  if (std::none_of(messages.begin(), messages.end(), counts)) return;
  json.key("systemInstruction").open_object().key("role").string("user");
  json.key("parts").open_array();
  for (const patchbay_message* message : messages)
    if (is_system(*message)) write_parts(json, request, *message);
  json.close_array().close_object();
}

void write_safety(JsonBody& json, const Request& request) {
  const std::string_view threshold = request.param("safety_threshold");
  if (threshold.empty()) return;
  constexpr std::array<std::string_view, 5> known = {
      "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"};
  if (std::find(known.begin(), known.end(), threshold) == known.end())
    refuse_request(
        "safety_threshold must be BLOCK_LOW_AND_ABOVE, BLOCK_MEDIUM_AND_ABOVE, BLOCK_ONLY_HIGH, "
        "BLOCK_NONE or OFF");
  json.key("safetySettings").open_array();
  for (const std::string_view category : {"HARM_CATEGORY_DANGEROUS_CONTENT",
                                          "HARM_CATEGORY_SEXUALLY_EXPLICIT",
                                          "HARM_CATEGORY_HATE_SPEECH",
                                          "HARM_CATEGORY_HARASSMENT"})
    json.open_object()
        .key("category")
        .string(category)
        .key("threshold")
        .string(threshold)
        .close_object();
  json.close_array();
}

void write_thinking(JsonBody& json, const Request& request) {
  const bool include = request.param("include_thoughts") == "1";
  std::string level(request.param("thinking_level"));
  if (!include && level.empty()) return;
  json.key("thinkingConfig").open_object();
  if (include) json.key("includeThoughts").boolean(true);
  if (!level.empty()) {
    for (char& c : level) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (level != "MINIMAL" && level != "LOW" && level != "MEDIUM" && level != "HIGH")
      refuse_request("thinking_level must be minimal, low, medium or high");
    json.key("thinkingLevel").string(level);
  }
  json.close_object();
}

void write_image_config(JsonBody& json, const shared::ImageShape& image) {
  json.key("responseModalities").open_array().string("TEXT").string("IMAGE").close_array();
  if (image.aspect_ratio.empty() && image.resolution.empty()) return;
  json.key("imageConfig").open_object();
  if (!image.aspect_ratio.empty()) json.key("aspectRatio").string(image.aspect_ratio);
  if (!image.resolution.empty()) json.key("imageSize").string(image.resolution);
  json.close_object();
}

void check_inputs(const Request& request, const std::optional<shared::ImageFamily>& family) {
  std::uint64_t images = 0;
  std::uint64_t size = 0;
  bool says_something = false;
  for (const patchbay_message* message : request.messages()) {
    for (const patchbay_input_part* part : patchbay::parts_of(*message)) {
      const bool text = part->kind == PATCHBAY_PART_TEXT;
      if (!is_system(*message)) says_something = says_something || !text || part->text.len > 0;
      if (text) continue;
      images += part->kind == PATCHBAY_PART_IMAGE ? 1 : 0;
      size += request.blob(part->blob_index).size;
    }
  }
  if (!says_something) refuse_request("the prompt is empty");
  if (size > inline_size_max / 4 * 3)
    refuse_request("the inputs are larger than the 20 MB that Gemini takes in one request");
  shared::check_counts(family, images, 1);
}

}  // namespace

patchbay::Body generate_body(const Request& request,
                             const std::optional<shared::ImageFamily>& family,
                             const shared::ImageShape& image) {
  check_inputs(request, family);
  JsonBody json;
  json.open_object();
  write_contents(json, request);
  write_system_instruction(json, request);
  write_safety(json, request);
  json.key("generationConfig").open_object();
  if (request.operation() == PATCHBAY_OP_IMAGE) write_image_config(json, image);
  shared::write_decimal(json, request, "temperature", "temperature");
  shared::write_integer(json, request, "seed", "seed");
  shared::write_integer(json, request, "max_output_tokens", "maxOutputTokens");
  write_thinking(json, request);
  json.close_object().close_object();
  return json.take();
}

}  // namespace gemini
