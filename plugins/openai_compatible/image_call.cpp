#include "plugins/openai_compatible/image_call.hpp"

#include "plugins/shared/chat_body.hpp"
#include "plugins/shared/extras.hpp"
#include "plugins/shared/image_shape.hpp"
#include "plugins/shared/images_body.hpp"
#include "plugins/shared/refusal.hpp"
#include "plugins/shared/settings.hpp"
#include "plugins/shared/words.hpp"
#include <patchbay/retry_after.hpp>

#include <optional>
#include <string>
#include <utility>

namespace openai_compatible {
namespace {

using patchbay::Request;
using shared::ImageField;
using Family = std::optional<shared::ImageFamily>;

patchbay::HttpCall post(const Request& request,
                        std::string target,
                        std::string content_type,
                        patchbay::Body body) {
  patchbay::HttpCall call("POST", std::move(target));
  call.header("content-type", std::move(content_type)).body(std::move(body));
  shared::add_headers(call, request.setting("extra_headers"), "extra_headers");
  return call;
}

// ---- chat/completions
// ---------------------------------------------------------------------------------------

patchbay::HttpCall chat_call_of(const Request& request, const shared::ImageShape& shape) {
  shared::ChatOptions options;
  options.modalities = shared::setting_or(request, "modalities", "image,text");
  if (options.modalities == "off") options.modalities = {};
  options.max_tokens_field = shared::setting_or(request, "max_tokens_field", "max_tokens");
  if (shared::choice(request, "stream_usage", {"1", "0"}) == "1")
    options.stream_usage = shared::StreamUsage::Asked;
  patchbay::JsonBody json;
  json.open_object();
  shared::write_chat(json, request, shape, options);
  shared::write_members(json, request.setting("extra_body"), "extra_body");
  json.close_object();
  return post(request,
              shared::path_setting(request, "chat_path", "/chat/completions"),
              "application/json",
              json.take());
}

patchbay::HttpCall image_chat_call(const Request& request, patchbay::Io& io, const Family& family) {
  if (shared::image_count_of(request) > 1)
    shared::refuse_request("a chat draws one image per request: ask for several one by one");
  const shared::ImageShape shape = shared::ratio_shape_of(request, family);
  auto call = chat_call_of(request, shape);
  if (!shape.mapping.empty()) io.meta("mapping", shape.mapping);
  return call;
}

// ---- images/generations and images/edits
// ---------------------------------------------------------------------------------------

// "size", or "width,height" for servers that take two numbers.
void add_size(shared::ImageFields& fields, std::string_view names, const std::string& size) {
  const std::size_t comma = names.find(',');
  if (comma == names.npos) {
    fields.push_back({std::string(names), size});
    return;
  }
  const shared::PixelSize pixels = shared::parse_size(size);
  const auto add = [&fields](std::string_view name, std::uint64_t side) {
    fields.push_back({std::string(name), std::to_string(side), ImageField::Kind::Literal});
  };
  add(names.substr(0, comma), pixels.width);
  add(names.substr(comma + 1), pixels.height);
}

shared::ImageShape shape_of(const Request& request, const Family& family) {
  const std::string_view kind = shared::choice(request, "shape", {"size", "ratio", "as_asked"});
  if (kind == "ratio") return shared::ratio_shape_of(request, family);
  return kind == "size" ? shared::pixel_shape_of(request, family) : shared::shape_as_asked(request);
}

void add_shape(shared::ImageFields& fields,
               const Request& request,
               const shared::ImageShape& shape) {
  if (!shape.size.empty())
    add_size(fields, shared::setting_or(request, "size_field", "size"), shape.size);
  const auto add = [&](const char* setting, const char* usual, const std::string& value) {
    if (!value.empty())
      fields.push_back({std::string(shared::setting_or(request, setting, usual)), value});
  };
  add("aspect_ratio_field", "aspect_ratio", shape.aspect_ratio);
  add("resolution_field", "resolution", shape.resolution);
}

void add_parameters(shared::ImageFields& fields, const Request& request) {
  for (const char* name : {"quality", "background", "output_format"}) {
    const std::string_view value = request.param(name);
    if (!value.empty()) fields.push_back({name, std::string(value)});
  }
  const std::string_view seed = request.param("seed");
  std::uint64_t number = 0;
  if (seed.empty()) return;
  if (!patchbay::read_decimal(seed, number)) shared::refuse_request("seed must be a whole number");
  fields.push_back({"seed", std::to_string(number), ImageField::Kind::Literal});
}

// Without it most servers answer with an address; some models refuse the field.
void add_response_format(shared::ImageFields& fields,
                         const Request& request,
                         const Family& family) {
  const bool refused = family && family->omits("response_format");
  const std::string_view usual = refused ? "off" : "b64_json";
  const std::string_view set = shared::setting_or(request, "response_format", usual);
  if (set != "off") fields.push_back({"response_format", std::string(set)});
}

patchbay::HttpCall images_call(const Request& request, patchbay::Io& io, const Family& family) {
  const shared::OnePrompt prompt = shared::one_prompt_of(request);
  const std::uint64_t count = shared::image_count_of(request);
  shared::check_counts(family, prompt.images.size(), count);
  const shared::ImageShape shape = shape_of(request, family);
  shared::ImageFields fields;
  if (count > 1)
    fields.push_back({std::string(shared::setting_or(request, "count_field", "n")),
                      std::to_string(count),
                      ImageField::Kind::Literal});
  add_shape(fields, request, shape);
  add_parameters(fields, request);
  add_response_format(fields, request, family);
  if (request.param("stream") == "1")
    fields.push_back({"stream", "true", ImageField::Kind::Literal});
  if (!shape.mapping.empty()) io.meta("mapping", shape.mapping);

  const std::string_view extra = request.setting("extra_body");
  if (prompt.images.empty())
    return post(request,
                shared::path_setting(request, "images_path", "/images/generations"),
                "application/json",
                shared::images_json(request, prompt, fields, extra));
  std::string path = shared::path_setting(request, "edits_path", "/images/edits");
  if (shared::choice(request, "edits_format", {"form", "json"}) == "json")
    return post(request,
                std::move(path),
                "application/json",
                shared::images_json(request, prompt, fields, extra));
  shared::FormBody form = shared::images_form(request, prompt, fields, extra);
  return post(request, std::move(path), std::move(form.content_type), std::move(form.body));
}

}  // namespace

patchbay::HttpCall image_call(const Request& request, patchbay::Io& io, std::string_view manifest) {
  shared::check_messages(request);
  const Family family = shared::image_family_of(manifest, request.model());
  std::string_view api = shared::choice(request, "image_api", {"", "images", "chat"});
  if (api.empty()) api = family && family->api == "chat" ? "chat" : "images";
  return api == "chat" ? image_chat_call(request, io, family) : images_call(request, io, family);
}

patchbay::HttpCall chat_call(const Request& request) {
  shared::check_messages(request);
  return chat_call_of(request, shared::ImageShape());
}

patchbay::HttpCall get_call(const Request& request, std::string target) {
  patchbay::HttpCall call("GET", std::move(target));
  shared::add_headers(call, request.setting("extra_headers"), "extra_headers");
  return call;
}

}  // namespace openai_compatible
