// The adapter for Google's Gemini API: generateContent for images and chat, and the list of models.
#include "plugins/gemini/answer.hpp"
#include "plugins/gemini/generate_body.hpp"
#include "plugins/gemini/model_id.hpp"
#include "plugins/gemini/model_list.hpp"
#include "plugins/shared/exchange_reading.hpp"
#include "plugins/shared/image_shape.hpp"
#include "plugins/shared/refusal.hpp"
#include <patchbay/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gemini {

// The manifest at the end of this file: the one table of models.
std::string_view own_manifest();

namespace {

using patchbay::Io;
using patchbay::Request;

patchbay::HttpCall generate_call(const Request& request, Io& io) {
  const std::string_view count = request.param("count");
  if (!count.empty() && count != "1")
    shared::refuse_request("Gemini draws one image per request: ask for several one by one");
  const auto family = shared::image_family_of(own_manifest(), bare_model(request.model()));
  shared::ImageShape image;
  if (request.operation() == PATCHBAY_OP_IMAGE) image = shared::ratio_shape_of(request, family);
  patchbay::Body body = generate_body(request, family, image);
  if (!image.mapping.empty()) io.meta("mapping", image.mapping);

  std::string target = model_path(request.model());
  target += request.param("stream") == "1" ? ":streamGenerateContent?alt=sse" : ":generateContent";
  auto call = call_for(request, "POST", std::move(target));
  call.header("content-type", "application/json").body(std::move(body));
  return call;
}

patchbay::Task generate(const Request& request, Io& io) {
  auto call = generate_call(request, io);
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200) co_return co_await fail_from(request, io, exchange);

  Answer answer(io);
  patchbay::JsonReader reader;
  answer.select(reader);
  const bool stream = request.param("stream") == "1";
  if (shared::is_event_stream(exchange, stream)) {
    co_await patchbay::read_json_events(io, exchange, reader);
  } else {
    co_await patchbay::read_json(io, exchange, reader);
  }
  const Delivery delivery = stream ? Delivery::Stream : Delivery::Document;
  co_return answer.outcome(request.operation(), delivery);
}

class Gemini final : public patchbay::Adapter {
 public:
  Task run(const Request& request, Io& io) override {
    if (request.operation() == PATCHBAY_OP_MODELS) return list_models(request, io);
    if (request.operation() == PATCHBAY_OP_VERIFY) return verify_key(request, io);
    return generate(request, io);
  }
};

}  // namespace
}  // namespace gemini

PATCHBAY_PLUGIN(gemini::Gemini, R"({
  "id": "dev.patchbay.gemini",
  "version": "0.1.0",
  "abi_minor": 0,
  "name": "gemini",
  "display_name": "Google Gemini",
  "endpoint": "https://generativelanguage.googleapis.com/v1beta",
  "auth": {
    "api_key": {"header": "x-goog-api-key"},
    "bearer": {"header": "authorization", "prefix": "Bearer "},
    "oauth": {"header": "authorization", "prefix": "Bearer ",
              "token_url": "https://oauth2.googleapis.com/token"}
  },
  "key_env": ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
  "key_prefixes": ["AIza"],
  "login_url": "https://aistudio.google.com/apikey",
  "operations": ["image", "chat", "models", "verify"],
  "models": {"image": "gemini-3.1-flash-image", "chat": "gemini-3.8-flash"},
  "image_models": [
    {"prefix": "gemini-2.5-flash-image", "resolutions": ["1K"], "formats": ["image/png"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "gemini-3-pro-image", "resolutions": ["1K", "2K", "4K"], "inputs_max": 14,
     "formats": ["image/jpeg"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "gemini-3.1-flash-image", "resolutions": ["512", "1K", "2K", "4K"],
     "inputs_max": 14, "formats": ["image/jpeg"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
                       "1:4", "4:1", "1:8", "8:1"]},
    {"prefix": "gemini-3.1-flash-lite-image", "resolutions": ["1K"], "inputs_max": 14,
     "formats": ["image/jpeg"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "gemini-nano-banana-2.1", "resolutions": ["1K", "2K", "4K"], "inputs_max": 14,
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
                       "1:4", "4:1", "1:8", "8:1"]},
    {"prefix": "nano-banana-pro", "resolutions": ["1K", "2K", "4K"], "inputs_max": 14,
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]}
  ],
  "single_final_image": false,
  "settings": {
    "type": "object",
    "properties": {
      "user_project": {"type": "string", "description": "Project that an OAuth call is billed to"}
    }
  },
  "params": {
    "type": "object",
    "properties": {
      "safety_threshold": {"enum": ["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE",
                                    "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"]},
      "thinking_level": {"enum": ["minimal", "low", "medium", "high"]},
      "include_thoughts": {"enum": ["0", "1"]},
      "max_output_tokens": {"type": "integer", "minimum": 1}
    }
  }
})");

std::string_view gemini::own_manifest() {
  return patchbay_manifest_;
}
