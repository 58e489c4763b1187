#include "plugins/requesty/request_body.hpp"

#include "plugins/shared/chat_body.hpp"
#include "plugins/shared/chat_messages.hpp"
#include "plugins/shared/extras.hpp"
#include "plugins/shared/image_shape.hpp"
#include "plugins/shared/images_body.hpp"
#include "plugins/shared/refusal.hpp"
#include "plugins/shared/settings.hpp"
#include "plugins/shared/words.hpp"

#include <optional>
#include <string>
#include <utility>

namespace requesty {
namespace {

using patchbay::JsonBody;
using patchbay::Request;
using shared::ImageField;
using Family = std::optional<shared::ImageFamily>;

// "requesty": {…}, its own extension of the body.
void write_extension(JsonBody& json, const Request& request) {
  const std::string_view cache = shared::choice(request, "auto_cache", {"", "0", "1"});
  const std::string_view tags = request.setting("tags");
  const std::string_view user = request.setting("user_id");
  if (cache.empty() && tags.empty() && user.empty()) return;
  json.key("requesty").open_object();
  if (!cache.empty()) json.key("auto_cache").boolean(cache == "1");
  if (!tags.empty()) {
    json.key("tags").open_array();
    shared::for_each_item(tags, [&json](std::string_view tag) { json.string(tag); });
    json.close_array();
  }
  if (!user.empty()) json.key("user_id").string(user);
  json.close_object();
}

patchbay::HttpCall chat_call_of(const Request& request, const shared::ImageShape& shape) {
  shared::ChatOptions options;
  options.modalities = request.setting("modalities");
  options.stream_usage = shared::StreamUsage::Asked;
  JsonBody json;
  json.open_object();
  shared::write_chat(json, request, shape, options);
  write_extension(json, request);
  shared::write_members(json, request.setting("extra_body"), "extra_body");
  json.close_object();
  auto call = call_for(request, "POST", "/chat/completions");
  call.header("content-type", "application/json").body(json.take());
  return call;
}

patchbay::HttpCall image_chat_call(const Request& request, patchbay::Io& io, const Family& family) {
  shared::check_counts(family, shared::count_images(request), 1);
  if (shared::image_count_of(request) > 1)
    shared::refuse_request("a chat draws one image per request: ask for several one by one");
  const shared::ImageShape shape = shared::ratio_shape_of(request, family);
  auto call = chat_call_of(request, shape);
  if (!shape.mapping.empty()) io.meta("mapping", shape.mapping);
  return call;
}

patchbay::HttpCall images_call(const Request& request, patchbay::Io& io, const Family& family) {
  const shared::OnePrompt prompt = shared::one_prompt_of(request);
  const std::uint64_t count = shared::image_count_of(request);
  shared::check_counts(family, prompt.images.size(), count);
  const shared::ImageShape shape = shared::pixel_shape_of(request, family);
  shared::ImageFields fields;
  if (count > 1) fields.push_back({"n", std::to_string(count), ImageField::Kind::Literal});
  if (!shape.size.empty()) fields.push_back({"size", shape.size});
  for (const char* name : {"quality", "background", "output_format"})
    if (const auto value = request.param(name); !value.empty())
      fields.push_back({name, std::string(value)});
  // An address is what it answers with otherwise.
  fields.push_back({"response_format", "b64_json"});
  if (!shape.mapping.empty()) io.meta("mapping", shape.mapping);
  const std::string_view extra = request.setting("extra_body");
  if (prompt.images.empty()) {
    auto call = call_for(request, "POST", "/images/generations");
    call.header("content-type", "application/json");
    call.body(shared::images_json(request, prompt, fields, extra));
    return call;
  }
  shared::FormBody form = shared::images_form(request, prompt, fields, extra);
  auto call = call_for(request, "POST", "/images/edits");
  call.header("content-type", std::move(form.content_type)).body(std::move(form.body));
  return call;
}

}  // namespace

patchbay::HttpCall image_call(const Request& request, patchbay::Io& io, std::string_view manifest) {
  shared::check_messages(request);
  const Family family = shared::image_family_of(manifest, request.model());
  std::string_view api = shared::choice(request, "image_api", {"", "images", "chat"});
  if (api.empty() && family) api = family->api;
  return api == "images" ? images_call(request, io, family) : image_chat_call(request, io, family);
}

patchbay::HttpCall chat_call(const Request& request) {
  shared::check_messages(request);
  return chat_call_of(request, shared::ImageShape());
}

patchbay::HttpCall call_for(const Request& request, std::string method, std::string target) {
  patchbay::HttpCall call(std::move(method), std::move(target));
  const auto header = [&](const char* setting, const char* name) {
    const std::string_view value = request.setting(setting);
    if (!value.empty()) call.header(name, std::string(value));
  };
  header("referer", "HTTP-Referer");
  header("title", "X-Title");
  return call;
}

}  // namespace requesty
