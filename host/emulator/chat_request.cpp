#include "host/emulator/chat_request.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::size_t request_size_max = std::size_t{50} << 20U;  // a router's
constexpr std::int64_t attachment_tokens = 258;                   // of what is no image

ChatProblem wrong(std::string message) {
  return {.kind = ChatProblem::Kind::Request, .message = std::move(message)};
}

std::optional<ChatProblem> add_part(const json::Value& part, Prompt& prompt) {
  const std::string_view type = part.text("type");
  if (type == "text") {
    prompt.add_text(part.text("text"));
    return std::nullopt;
  }
  if (type == "image_url") return add_image_url(part, prompt);
  if (type != "input_audio" && type != "file" && type != "video_url")
    return wrong("messages: content part of unknown type '" + printable(type) + "'");
  prompt.text_token_count += attachment_tokens;
  return std::nullopt;
}

std::optional<ChatProblem> add_message(const json::Value& message, Prompt& prompt) {
  constexpr std::array<std::string_view, 5> roles = {
      "system", "developer", "user", "assistant", "tool"};
  const std::string_view role = message.text("role");
  if (std::find(roles.begin(), roles.end(), role) == roles.end())
    return wrong("messages: unknown role '" + printable(role) + "'");
  const json::Value* content = message.find("content");
  if (content == nullptr || content->is_null()) {
    if (role == "assistant") return std::nullopt;
    return wrong("messages: content is required");
  }
  if (const std::string* text = content->string()) {
    prompt.add_text(*text);
    return std::nullopt;
  }
  if (content->array() == nullptr) return wrong("messages: content must be a string or a list");
  for (const json::Value& part : *content->array())
    if (auto problem = add_part(part, prompt)) return problem;
  return std::nullopt;
}

// The images of an earlier answer, sent back within the conversation.
std::optional<ChatProblem> add_images(const json::Value& message, Prompt& prompt) {
  const json::Value* images = message.find("images");
  if (images == nullptr || images->array() == nullptr) return std::nullopt;
  for (const json::Value& image : *images->array())
    if (auto problem = add_image_url(image, prompt)) return problem;
  return std::nullopt;
}

std::optional<ChatProblem> take_modalities(const json::Value& body, ChatRequest& request) {
  const json::Value* list = body.find("modalities");
  if (list == nullptr || list->is_null()) return std::nullopt;
  if (list->array() == nullptr) return wrong("modalities must be a list");
  request.has_modalities = true;
  for (const json::Value& item : *list->array()) {
    const std::string* word = item.string();
    if (word == nullptr || (*word != "text" && *word != "image" && *word != "audio"))
      return wrong("modalities: each is one of text, image, audio");
    request.asks_text = request.asks_text || *word == "text";
    request.asks_image = request.asks_image || *word == "image";
  }
  return std::nullopt;
}

}  // namespace

bool is_true(const json::Value& object, std::string_view key) {
  const json::Value* found = object.find(key);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

std::optional<ChatProblem> add_image_url(const json::Value& part, Prompt& prompt) {
  const auto problem = [](ChatProblem::Kind kind, std::string message) {
    return ChatProblem{.kind = kind, .message = std::move(message)};
  };
  const json::Value* holder = part.find("image_url");
  const std::string_view url = holder == nullptr ? std::string_view() : holder->text("url");
  if (url.empty()) return wrong("image_url.url is required");
  if (!url.starts_with("data:"))
    return problem(ChatProblem::Kind::ImageDownload,
                   "Failed to download the image: this server fetches nothing");
  const std::size_t comma = url.find(',');
  const std::string_view head = url.substr(0, comma);
  if (comma == std::string_view::npos || !head.starts_with("data:image/") ||
      !head.ends_with(";base64"))
    return problem(ChatProblem::Kind::Image, "The image is not a base64 data URL");
  const auto measured = measure_image(url.substr(comma + 1));
  if (const auto* pixels = std::get_if<Pixels>(&measured)) {
    prompt.add_image(*pixels);
    return std::nullopt;
  }
  const bool is_base64 = std::get<ImageProblem>(measured) == ImageProblem::NotAnImage;
  return problem(ChatProblem::Kind::Image,
                 is_base64 ? "The image data is not a valid image" : "The image is not base64");
}

std::variant<json::Value, ChatProblem> parse_router_body(std::string_view body) {
  if (body.size() > request_size_max)
    return ChatProblem{.kind = ChatProblem::Kind::TooLarge, .message = "Request payload too large"};
  json::Limits limits;
  limits.size_max = request_size_max;
  Result<json::Value> value = json::parse(body, limits);
  if (!value.ok()) return wrong("Invalid JSON: " + value.error().message);
  if (value.value().object() == nullptr) return wrong("The body must be an object");
  return std::move(value).value();
}

std::string model_in(std::string_view body) {
  const auto parsed = parse_router_body(body);
  const auto* document = std::get_if<json::Value>(&parsed);
  return document == nullptr ? std::string() : std::string(document->text("model"));
}

std::variant<ChatRequest, ChatProblem> parse_chat(const json::Value& body) {
  ChatRequest request;
  request.model = body.text("model");
  if (request.model.empty()) return wrong("model is required");
  const json::Value* messages = body.find("messages");
  if (messages == nullptr || messages->array() == nullptr || messages->array()->empty())
    return wrong("messages is required, and holds one at least");
  for (const json::Value& message : *messages->array()) {
    if (auto problem = add_message(message, request.prompt)) return std::move(*problem);
    if (auto problem = add_images(message, request.prompt)) return std::move(*problem);
  }
  if (auto problem = take_modalities(body, request)) return std::move(*problem);
  if (const json::Value* config = body.find("image_config")) {
    request.wish.ratio = config->text("aspect_ratio");
    request.wish.tier = config->text("image_size");
  }
  request.wish.input = request.prompt.first_image;
  request.streams = is_true(body, "stream");
  if (const json::Value* options = body.find("stream_options"))
    request.wants_usage = is_true(*options, "include_usage");
  return request;
}

}  // namespace patchbay::emulator
