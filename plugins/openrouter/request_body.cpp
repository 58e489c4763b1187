#include "plugins/openrouter/request_body.hpp"

#include "plugins/shared/chat_body.hpp"
#include "plugins/shared/chat_messages.hpp"
#include "plugins/shared/extras.hpp"
#include "plugins/shared/image_shape.hpp"
#include "plugins/shared/param_json.hpp"
#include "plugins/shared/refusal.hpp"
#include "plugins/shared/settings.hpp"
#include "plugins/shared/words.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace openrouter {
namespace {

using patchbay::JsonBody;
using patchbay::Request;
using patchbay::to_view;
using Family = std::optional<shared::ImageFamily>;

void write_list(JsonBody& json, std::string_view key, std::string_view list) {
  if (list.empty()) return;
  json.key(key).open_array();
  shared::for_each_item(list, [&json](std::string_view item) { json.string(item); });
  json.close_array();
}

void write_switch(JsonBody& json, const Request& request, const char* setting, const char* key) {
  const std::string_view set = shared::choice(request, setting, {"", "0", "1"});
  if (!set.empty()) json.key(key).boolean(set == "1");
}

// "provider": whom OpenRouter may ask, and in which order.
void write_routing(JsonBody& json, const Request& request) {
  JsonBody inside;
  inside.open_object();
  write_list(inside, "order", request.setting("provider_order"));
  write_list(inside, "only", request.setting("provider_only"));
  write_list(inside, "ignore", request.setting("provider_ignore"));
  if (const auto sort = request.setting("provider_sort"); !sort.empty())
    inside.key("sort").string(sort);
  write_switch(inside, request, "allow_fallbacks", "allow_fallbacks");
  write_switch(inside, request, "zdr", "zdr");
  if (const auto policy = shared::choice(request, "data_collection", {"", "allow", "deny"});
      !policy.empty())
    inside.key("data_collection").string(policy);
  inside.close_object();
  const patchbay::Body body = inside.take();
  std::string text;
  for (const patchbay_segment& segment : body.segments()) text += to_view(segment.bytes);
  if (text != "{}") json.key("provider").literal(text);
}

void write_text(JsonBody& json, const Request& request, const char* param) {
  const std::string_view value = request.param(param);
  if (!value.empty()) json.key(param).string(value);
}

patchbay::HttpCall post(const Request& request, std::string target, JsonBody& json) {
  write_routing(json, request);
  shared::write_members(json, request.setting("extra_body"), "extra_body");
  json.close_object();
  auto call = call_for(request, "POST", std::move(target));
  call.header("content-type", "application/json").body(json.take());
  return call;
}

// Listed models are asked for what they are listed with, others for what the caller asks for.
shared::ImageShape shape_of(const Request& request, const Family& family) {
  if (!family) return shared::shape_as_asked(request);
  return family->sizes.empty() ? shared::ratio_shape_of(request, family)
                               : shared::pixel_shape_of(request, family);
}

void write_shape(JsonBody& json, const shared::ImageShape& shape) {
  if (!shape.aspect_ratio.empty()) json.key("aspect_ratio").string(shape.aspect_ratio);
  if (!shape.resolution.empty()) json.key("resolution").string(shape.resolution);
  if (!shape.size.empty()) json.key("size").string(shape.size);
}

void write_references(JsonBody& json, const Request& request, const shared::OnePrompt& prompt) {
  if (prompt.images.empty()) return;
  json.key("input_references").open_array();
  for (const std::uint32_t index : prompt.images) shared::write_image_part(json, request, index);
  json.close_array();
}

bool goes_on(const Request& request) {
  const auto messages = request.messages();
  return std::any_of(messages.begin(), messages.end(), [](const patchbay_message* message) {
    return message->role == PATCHBAY_ROLE_ASSISTANT;
  });
}

}  // namespace

ImageApi image_api_of(const Request& request, std::string_view manifest) {
  std::string_view api = shared::choice(request, "image_api", {"", "images", "chat"});
  const Family family = shared::image_family_of(manifest, request.model());
  if (api.empty() && family) api = goes_on(request) ? family->conversation : family->api;
  return api == "chat" ? ImageApi::Chat : ImageApi::Images;
}

patchbay::HttpCall images_call(const Request& request,
                               patchbay::Io& io,
                               std::string_view manifest) {
  shared::check_messages(request);
  const Family family = shared::image_family_of(manifest, request.model());
  const shared::OnePrompt prompt = shared::one_prompt_of(request);
  const std::uint64_t count = shared::image_count_of(request);
  shared::check_counts(family, prompt.images.size(), count);
  const shared::ImageShape shape = shape_of(request, family);
  JsonBody json;
  json.open_object().key("model").string(request.model()).key("prompt").string(prompt.text);
  if (count > 1) json.key("n").number(count);
  write_shape(json, shape);
  for (const char* param : {"quality", "background", "output_format"})
    write_text(json, request, param);
  shared::write_integer(json, request, "seed", "seed");
  if (request.param("stream") == "1") json.key("stream").boolean(true);
  write_references(json, request, prompt);
  if (!shape.mapping.empty()) io.meta("mapping", shape.mapping);
  return post(request, "/images", json);
}

patchbay::HttpCall chat_call(const Request& request, patchbay::Io& io, std::string_view manifest) {
  shared::check_messages(request);
  shared::ChatOptions options;
  options.modalities = shared::setting_or(request, "modalities", "image,text");
  options.max_tokens_field = "max_completion_tokens";
  shared::ImageShape shape;
  if (request.operation() == PATCHBAY_OP_IMAGE) {
    const Family family = shared::image_family_of(manifest, request.model());
    shared::check_counts(family, shared::count_images(request), 1);
    if (shared::image_count_of(request) > 1)
      shared::refuse_request("a chat draws one image per request: ask for several one by one");
    shape = shared::ratio_shape_of(request, family);
  }
  JsonBody json;
  json.open_object();
  shared::write_chat(json, request, shape, options);
  write_list(json, "models", request.setting("fallback_models"));
  if (!shape.mapping.empty()) io.meta("mapping", shape.mapping);
  return post(request, "/chat/completions", json);
}

patchbay::HttpCall call_for(const Request& request, std::string method, std::string target) {
  patchbay::HttpCall call(std::move(method), std::move(target));
  const auto header = [&](const char* setting, const char* name) {
    const std::string_view value = request.setting(setting);
    if (!value.empty()) call.header(name, std::string(value));
  };
  header("referer", "HTTP-Referer");
  header("title", "X-OpenRouter-Title");
  header("categories", "X-OpenRouter-Categories");
  return call;
}

}  // namespace openrouter
