// The adapter for OpenRouter: its image API, chat with and without images, and the list of models.
#include "plugins/openrouter/dialect.hpp"
#include "plugins/openrouter/request_body.hpp"
#include "plugins/shared/exchange_reading.hpp"
#include "plugins/shared/image_family.hpp"
#include "plugins/shared/model_page.hpp"
#include <patchbay/plugin.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace openrouter {

// The manifest at the end of this file: the one table of models.
std::string_view own_manifest();

namespace {

using patchbay::Io;
using patchbay::Request;

constexpr int pages_max = 100;

// Its image API charges for whole pictures alone, and says so.
patchbay::Outcome free_of_charge(const patchbay::Outcome& outcome) {
  patchbay::Failure failure = *outcome.failure();
  failure.billed = PATCHBAY_BILLED_NO;
  return patchbay::fail(std::move(failure));
}
bool broke_without_a_picture(const patchbay::Outcome& outcome) {
  if (!outcome.failure() || !outcome.failure()->understood) return false;
  const patchbay::Failure& failure = *outcome.failure();
  const bool is_event = failure.http_status == 200 && failure.category == PATCHBAY_ERR_UPSTREAM;
  return is_event || failure.http_status == 502;
}

patchbay::Task draw(const Request& request, Io& io) {
  auto call = images_call(request, io, own_manifest());
  auto exchange = co_await io.send(std::move(call));
  patchbay::Outcome outcome;
  if (exchange.status() == 200) {
    outcome = co_await shared::read_answer(request, io, exchange, dialect());
  } else {
    outcome = co_await shared::fail_from(request, io, exchange, dialect());
  }
  if (broke_without_a_picture(outcome)) co_return free_of_charge(outcome);
  co_return outcome;
}

patchbay::Task chat(const Request& request, Io& io) {
  auto call = chat_call(request, io, own_manifest());
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200)
    co_return co_await shared::fail_from(request, io, exchange, dialect());
  co_return co_await shared::read_answer(request, io, exchange, dialect());
}

patchbay::Task generate(const Request& request, Io& io) {
  const bool draws = request.operation() == PATCHBAY_OP_IMAGE &&
                     image_api_of(request, own_manifest()) == ImageApi::Images;
  if (draws) co_return co_await draw(request, io);
  co_return co_await chat(request, io);
}

// The default list has models that answer in text alone.
std::string page_after(std::string_view next) {
  if (next.empty()) return "/models?output_modalities=all";
  const std::size_t question = next.find('?');
  return question == next.npos ? std::string() : "/models" + std::string(next.substr(question));
}

patchbay::Task list_models(const Request& request, Io& io) {
  std::string target = page_after({});
  for (int page = 0; page < pages_max && !target.empty(); ++page) {
    auto call = call_for(request, "GET", target);
    auto exchange = co_await io.send(std::move(call));
    if (exchange.status() != 200)
      co_return co_await shared::fail_from(request, io, exchange, dialect());

    shared::ModelPage models(io, [](std::string_view) { return false; });
    patchbay::JsonReader reader;
    models.select(reader);
    co_await patchbay::read_json(io, exchange, reader);
    if (models.error().has_object)
      co_return patchbay::fail(shared::failure_of(models.error(), dialect(), 200));
    if (!models.has_models()) co_return shared::unusable("the answer is not a list of models");
    if (models.next().empty()) co_return patchbay::done();
    if (page_after(models.next()) == target) break;
    target = page_after(models.next());
  }
  co_return shared::unusable("the list of models does not end");
}

patchbay::Task verify_key(const Request& request, Io& io) {
  auto call = call_for(request, "GET", "/key");
  auto exchange = co_await io.send(std::move(call));
  co_return co_await shared::check_document(request, io, exchange, dialect(), "data");
}

class OpenRouter final : public patchbay::Adapter {
 public:
  Task run(const Request& request, Io& io) override {
    if (request.operation() == PATCHBAY_OP_MODELS) return list_models(request, io);
    if (request.operation() == PATCHBAY_OP_VERIFY) return verify_key(request, io);
    return generate(request, io);
  }
};

}  // namespace
}  // namespace openrouter

PATCHBAY_PLUGIN(openrouter::OpenRouter, R"({
  "id": "dev.patchbay.openrouter",
  "version": "0.1.0",
  "abi_minor": 0,
  "name": "openrouter",
  "display_name": "OpenRouter",
  "endpoint": "https://openrouter.ai/api/v1",
  "auth": {
    "bearer": {"header": "authorization", "prefix": "Bearer "}
  },
  "key_env": ["OPENROUTER_API_KEY"],
  "key_prefixes": ["sk-or-"],
  "login_url": "https://openrouter.ai/settings/keys",
  "browser_login": {"authorize": "https://openrouter.ai/auth", "exchange": "/auth/keys"},
  "operations": ["image", "chat", "models", "verify"],
  "models": {"image": "google/gemini-3.1-flash-image", "chat": "google/gemini-3.5-flash"},
  "image_models": [
    {"prefix": "google/gemini-2.5-flash-image", "api": "images", "conversation": "chat",
     "images_max": 1, "resolutions": ["1K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "google/gemini-3-pro-image", "api": "images", "conversation": "chat",
     "images_max": 1, "inputs_max": 14, "resolutions": ["1K", "2K", "4K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "google/gemini-3.1-flash-image", "api": "images", "conversation": "chat",
     "images_max": 1, "inputs_max": 14, "resolutions": ["512", "1K", "2K", "4K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
                       "1:4", "4:1", "1:8", "8:1"]},
    {"prefix": "google/gemini-3.1-flash-lite-image", "api": "images", "conversation": "chat",
     "images_max": 1, "inputs_max": 14, "resolutions": ["1K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "google/gemini-nano-banana-2.1", "api": "images", "conversation": "chat",
     "images_max": 1, "inputs_max": 14, "resolutions": ["1K", "2K", "4K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
                       "1:4", "4:1", "1:8", "8:1"]},
    {"prefix": "openai/gpt-image", "api": "images", "images_max": 10, "inputs_max": 16,
     "sizes": ["1024x1024", "1536x1024", "1024x1536"]}
  ],
  "settings": {
    "type": "object",
    "properties": {
      "image_api": {"enum": ["images", "chat"],
                    "description": "POST /images or chat/completions; else as the model is listed"},
      "modalities": {"type": "string", "description": "of an image by chat: image,text, or image"},
      "referer": {"type": "string", "description": "HTTP-Referer: whose app it is"},
      "title": {"type": "string", "description": "X-OpenRouter-Title: what the app is called"},
      "categories": {"type": "string", "description": "X-OpenRouter-Categories"},
      "provider_order": {"type": "string", "description": "whom to ask first: a list with commas"},
      "provider_only": {"type": "string", "description": "whom to ask at all"},
      "provider_ignore": {"type": "string", "description": "whom not to ask"},
      "provider_sort": {"enum": ["price", "throughput", "latency"]},
      "allow_fallbacks": {"enum": ["0", "1"]},
      "data_collection": {"enum": ["allow", "deny"]},
      "zdr": {"enum": ["0", "1"], "description": "only who keeps nothing"},
      "fallback_models": {"type": "string", "description": "of a chat: a list with commas"},
      "extra_body": {"type": "string", "description": "a JSON object, added to each body"}
    }
  },
  "params": {
    "type": "object",
    "properties": {
      "quality": {"enum": ["auto", "low", "medium", "high"]},
      "background": {"type": "string"},
      "output_format": {"enum": ["png", "jpeg", "webp", "svg"]},
      "include_thoughts": {"enum": ["0", "1"]},
      "max_output_tokens": {"type": "integer", "minimum": 1}
    }
  }
})");

std::string_view openrouter::own_manifest() {
  return patchbay_manifest_;
}
