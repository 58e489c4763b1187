// The adapter for whoever speaks OpenAI's protocol: images, chat, and the list of models. Where
// such providers differ, the settings of the provider's row say how.
#include "plugins/openai_compatible/dialect.hpp"
#include "plugins/openai_compatible/image_call.hpp"
#include "plugins/shared/exchange_reading.hpp"
#include "plugins/shared/image_family.hpp"
#include "plugins/shared/model_page.hpp"
#include "plugins/shared/settings.hpp"
#include <patchbay/plugin.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace openai_compatible {

// The manifest at the end of this file: the one table of models.
std::string_view own_manifest();

namespace {

using patchbay::Io;
using patchbay::Request;

patchbay::Task generate(const Request& request, Io& io) {
  const bool draws = request.operation() == PATCHBAY_OP_IMAGE;
  auto call = draws ? image_call(request, io, own_manifest()) : chat_call(request);
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200)
    co_return co_await shared::fail_from(request, io, exchange, dialect());
  co_return co_await shared::read_answer(request, io, exchange, dialect());
}

patchbay::Task list_models(const Request& request, Io& io) {
  auto call = get_call(request, shared::path_setting(request, "models_path", "/models"));
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

patchbay::Task verify_key(const Request& request, Io& io) {
  const std::string models = shared::path_setting(request, "models_path", "/models");
  auto call = get_call(request, shared::path_setting(request, "verify_path", models));
  auto exchange = co_await io.send(std::move(call));
  co_return co_await shared::check_document(request, io, exchange, dialect(), "");
}

class OpenAiCompatible final : public patchbay::Adapter {
 public:
  Task run(const Request& request, Io& io) override {
    if (request.operation() == PATCHBAY_OP_MODELS) return list_models(request, io);
    if (request.operation() == PATCHBAY_OP_VERIFY) return verify_key(request, io);
    return generate(request, io);
  }
};

}  // namespace
}  // namespace openai_compatible

PATCHBAY_PLUGIN(openai_compatible::OpenAiCompatible, R"({
  "id": "dev.patchbay.openai_compatible",
  "version": "0.1.0",
  "abi_minor": 0,
  "name": "openai_compatible",
  "display_name": "Any OpenAI-compatible endpoint",
  "auth": {
    "bearer": {"header": "authorization", "prefix": "Bearer "},
    "api_key": {"header": "api-key"},
    "oauth": {"header": "authorization", "prefix": "Bearer "}
  },
  "operations": ["image", "chat", "models", "verify"],
  "anon_get_any": true,
  "image_models": [
    {"prefix": "gpt-image", "api": "images", "inputs_max": 16, "images_max": 10,
     "sizes": ["1024x1024", "1536x1024", "1024x1536"], "omit": ["response_format"]},
    {"prefix": "chatgpt-image", "api": "images", "inputs_max": 16, "images_max": 10,
     "sizes": ["1024x1024", "1536x1024", "1024x1536"], "omit": ["response_format"]},
    {"prefix": "dall-e-3", "api": "images", "images_max": 1,
     "sizes": ["1024x1024", "1792x1024", "1024x1792"]},
    {"prefix": "dall-e-2", "api": "images", "inputs_max": 1, "images_max": 10,
     "sizes": ["256x256", "512x512", "1024x1024"]}
  ],
  "settings": {
    "type": "object",
    "properties": {
      "image_api": {"enum": ["images", "chat"],
                    "description": "which of its APIs draws; else as the model's family says"},
      "chat_path": {"type": "string", "description": "below the endpoint: /chat/completions"},
      "images_path": {"type": "string", "description": "/images/generations"},
      "edits_path": {"type": "string", "description": "/images/edits"},
      "models_path": {"type": "string", "description": "/models"},
      "verify_path": {"type": "string", "description": "a GET that needs the key; /models"},
      "edits_format": {"enum": ["form", "json"], "description": "how input images are sent"},
      "response_format": {"type": "string", "description": "b64_json, url, or off: not sent"},
      "shape": {"enum": ["size", "ratio", "as_asked"],
                "description": "what pictures are asked for by: pixels, ratio and resolution, all"},
      "size_field": {"type": "string", "description": "size, or two names: width,height"},
      "aspect_ratio_field": {"type": "string", "description": "aspect_ratio"},
      "resolution_field": {"type": "string", "description": "resolution"},
      "count_field": {"type": "string", "description": "n"},
      "modalities": {"type": "string", "description": "of a chat that draws: image,text, or off"},
      "max_tokens_field": {"type": "string", "description": "max_tokens"},
      "stream_usage": {"enum": ["1", "0"], "description": "ask a stream for its token counts"},
      "extra_headers": {"type": "string", "description": "a JSON object of texts"},
      "extra_body": {"type": "string", "description": "a JSON object, added to each body"},
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

std::string_view openai_compatible::own_manifest() {
  return patchbay_manifest_;
}
