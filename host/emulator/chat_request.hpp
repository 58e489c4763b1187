// A request to chat completions, as OpenAI wrote it down first and the routers extended it.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/prompt.hpp"
#include "host/emulator/routed_model.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace patchbay::emulator {

// What is wrong with a request; each provider has its own words around it.
struct ChatProblem {
  enum class Kind : std::uint8_t { Request, Image, ImageDownload, TooLarge };

  Kind kind = Kind::Request;
  std::string message;
};

struct ChatRequest {
  std::string model;
  Prompt prompt;
  bool has_modalities = false;
  bool asks_image = false;  // in its modalities
  bool asks_text = false;
  ShapeWish wish;  // from image_config
  bool streams = false;
  bool wants_usage = false;  // by stream_options
};

[[nodiscard]] std::variant<json::Value, ChatProblem> parse_router_body(std::string_view body);
[[nodiscard]] std::variant<ChatRequest, ChatProblem> parse_chat(const json::Value& body);
// Adds the image of {"image_url": {"url": "data:…"}}, which a part or a reference is.
[[nodiscard]] std::optional<ChatProblem> add_image_url(const json::Value& part, Prompt& prompt);

// The model that a body names, for errors that come before it is looked at; empty: none.
[[nodiscard]] std::string model_in(std::string_view body);
[[nodiscard]] bool is_true(const json::Value& object, std::string_view key);

}  // namespace patchbay::emulator
