// The adapter for Requesty: chat with and without images, its image API, and the list of models.
#include "plugins/requesty/dialect.hpp"
#include "plugins/requesty/request_body.hpp"
#include "plugins/shared/exchange_reading.hpp"
#include "plugins/shared/image_family.hpp"
#include "plugins/shared/model_page.hpp"
#include "plugins/shared/settings.hpp"
#include <patchbay/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace requesty {

// The manifest at the end of this file: the one table of models.
std::string_view own_manifest();

namespace {

using patchbay::Io;
using patchbay::Request;

constexpr std::uint32_t management_origin = 1;  // of the manifest's `origins`

// These two say that a provider was at work: its answer came too late, or could not be read.
patchbay::Outcome maybe_billed(const patchbay::Outcome& outcome) {
  patchbay::Failure failure = *outcome.failure();
  const bool worked = failure.http_status == 424 || failure.http_status == 503;
  if (worked && failure.understood) failure.billed = PATCHBAY_BILLED_UNKNOWN;
  return patchbay::fail(std::move(failure));
}

patchbay::Task generate(const Request& request, Io& io) {
  const bool draws = request.operation() == PATCHBAY_OP_IMAGE;
  auto call = draws ? image_call(request, io, own_manifest()) : chat_call(request);
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200) {
    const auto outcome = co_await shared::fail_from(request, io, exchange, dialect());
    co_return maybe_billed(outcome);
  }
  co_return co_await shared::read_answer(request, io, exchange, dialect());
}

patchbay::Task list_models(const Request& request, Io& io) {
  auto call = call_for(request, "GET", "/models");
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200)
    co_return co_await shared::fail_from(request, io, exchange, dialect());

  shared::ModelPage models(io, [](std::string_view id) {
    return shared::image_family_of(own_manifest(), id).has_value();
  });
  patchbay::JsonReader reader;
  models.select(reader);
  co_await patchbay::read_json(io, exchange, reader);
  if (models.error().has_object)
    co_return patchbay::fail(shared::failure_of(models.error(), dialect(), 200));
  if (!models.has_models()) co_return shared::unusable("the answer is not a list of models");
  co_return patchbay::done();
}

// A key that lacks a right is a key, and so is one with which the request itself was looked at.
bool proves_key(const patchbay::Outcome& outcome, std::uint32_t category) {
  if (!outcome.failure()) return true;
  return outcome.failure()->understood && (outcome.failure()->category == category ||
                                           outcome.failure()->category == PATCHBAY_ERR_AUTH_CONFIG);
}

// The host sends a key to the management API only where the row's endpoint is Requesty's own.
patchbay::Async<bool> ask_management(Io& io,
                                     patchbay::HttpCall call,
                                     std::optional<patchbay::Exchange>& exchange) {
  try {
    auto sent = co_await io.send(std::move(call));
    exchange.emplace(std::move(sent));
  } catch (const patchbay::Failed& failed) {
    const bool is_refused = failed.failure().category == PATCHBAY_ERR_PLUGIN &&
                            failed.failure().billed == PATCHBAY_BILLED_NO;
    if (!is_refused) throw;
    co_return false;
  }
  co_return true;
}

// Whoever stands at another endpoint is asked for nothing: a good key gets as far as the refusal of
// the request itself, which costs nothing.
patchbay::Task check_at_endpoint(const Request& request, Io& io) {
  patchbay::JsonBody json;
  json.open_object().key("model").string("").key("messages").open_array().close_array();
  json.close_object();
  auto call = call_for(request, "POST", "/chat/completions");
  call.header("content-type", "application/json").body(json.take());
  auto exchange = co_await io.send(std::move(call));
  auto outcome = co_await shared::check_document(request, io, exchange, dialect(), "");
  if (proves_key(outcome, PATCHBAY_ERR_BAD_REQUEST)) co_return patchbay::done();
  co_return outcome;
}

patchbay::Task verify_key(const Request& request, Io& io) {
  if (!request.setting("verify_path").empty()) {
    auto call = call_for(request, "GET", shared::path_setting(request, "verify_path", "/"));
    auto exchange = co_await io.send(std::move(call));
    co_return co_await shared::check_document(request, io, exchange, dialect(), "");
  }
  auto call = call_for(request, "GET", "/v1/manage/apikey/self");
  call.origin(management_origin);
  std::optional<patchbay::Exchange> exchange;
  const bool is_sent = co_await ask_management(io, std::move(call), exchange);
  if (!is_sent) co_return co_await check_at_endpoint(request, io);
  auto outcome = co_await shared::check_document(request, io, *exchange, dialect(), "");
  if (proves_key(outcome, PATCHBAY_ERR_AUTH_CONFIG)) co_return patchbay::done();
  co_return outcome;
}

class Requesty final : public patchbay::Adapter {
 public:
  Task run(const Request& request, Io& io) override {
    if (request.operation() == PATCHBAY_OP_MODELS) return list_models(request, io);
    if (request.operation() == PATCHBAY_OP_VERIFY) return verify_key(request, io);
    return generate(request, io);
  }
};

}  // namespace
}  // namespace requesty

PATCHBAY_PLUGIN(requesty::Requesty, R"({
  "id": "dev.patchbay.requesty",
  "version": "0.1.0",
  "abi_minor": 0,
  "name": "requesty",
  "display_name": "Requesty",
  "endpoint": "https://router.requesty.ai/v1",
  "endpoints": ["https://router.eu.requesty.ai/v1"],
  "auth": {
    "bearer": {"header": "authorization", "prefix": "Bearer "}
  },
  "key_env": ["REQUESTY_API_KEY"],
  "login_url": "https://app.requesty.ai/api-keys",
  "operations": ["image", "chat", "models", "verify"],
  "origins": [{"origin": "https://api-v2.requesty.ai", "credentialed": true}],
  "verify_origin": "https://api-v2.requesty.ai",
  "anon_get_any": true,
  "models": {"image": "google/gemini-3.1-flash-image", "chat": "openai/gpt-4o-mini"},
  "image_models": [
    {"prefix": "gemini-2.5-flash-image", "api": "chat", "resolutions": ["1K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "gemini-3-pro-image", "api": "chat", "inputs_max": 14,
     "resolutions": ["1K", "2K", "4K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "gemini-3.1-flash-image", "api": "chat", "inputs_max": 14,
     "resolutions": ["512", "1K", "2K", "4K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
                       "1:4", "4:1", "1:8", "8:1"]},
    {"prefix": "gemini-3.1-flash-lite-image", "api": "chat", "inputs_max": 14,
     "resolutions": ["1K"],
     "aspect_ratios": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]},
    {"prefix": "gpt-image", "api": "images", "inputs_max": 16, "images_max": 10,
     "sizes": ["1024x1024", "1536x1024", "1024x1536"]}
  ],
  "settings": {
    "type": "object",
    "properties": {
      "image_api": {"enum": ["images", "chat"],
                    "description": "images/generations or chat/completions; else as listed"},
      "modalities": {"type": "string", "description": "of an image by chat; not sent without it"},
      "verify_path": {"type": "string",
                      "description": "check keys by a GET of this path below the endpoint"},
      "auto_cache": {"enum": ["0", "1"]},
      "tags": {"type": "string", "description": "a list with commas"},
      "user_id": {"type": "string"},
      "referer": {"type": "string", "description": "HTTP-Referer"},
      "title": {"type": "string", "description": "X-Title"},
      "extra_body": {"type": "string", "description": "a JSON object, added to each JSON body"},
      "allow_image_urls": {"enum": ["0", "1"],
                           "description": "fetch images that an answer only points to"}
    }
  },
  "params": {
    "type": "object",
    "properties": {
      "quality": {"type": "string"},
      "background": {"type": "string"},
      "output_format": {"type": "string"},
      "include_thoughts": {"enum": ["0", "1"]},
      "max_output_tokens": {"type": "integer", "minimum": 1}
    }
  }
})");

std::string_view requesty::own_manifest() {
  return patchbay_manifest_;
}
