#include "plugins/shared/chat_body.hpp"

#include "plugins/shared/chat_messages.hpp"
#include "plugins/shared/param_json.hpp"
#include "plugins/shared/words.hpp"

namespace shared {
namespace {

void write_image_members(patchbay::JsonBody& json,
                         const ImageShape& shape,
                         std::string_view modalities) {
  if (!modalities.empty()) {
    json.key("modalities").open_array();
    for_each_item(modalities, [&json](std::string_view item) { json.string(item); });
    json.close_array();
  }
  if (shape.aspect_ratio.empty() && shape.resolution.empty()) return;
  json.key("image_config").open_object();
  if (!shape.aspect_ratio.empty()) json.key("aspect_ratio").string(shape.aspect_ratio);
  if (!shape.resolution.empty()) json.key("image_size").string(shape.resolution);
  json.close_object();
}

}  // namespace

void write_chat(patchbay::JsonBody& json,
                const patchbay::Request& request,
                const ImageShape& shape,
                const ChatOptions& options) {
  json.key("model").string(request.model());
  write_messages(json, request);
  if (request.operation() == PATCHBAY_OP_IMAGE)
    write_image_members(json, shape, options.modalities);
  write_decimal(json, request, "temperature", "temperature");
  write_integer(json, request, "seed", "seed");
  write_integer(json, request, "max_output_tokens", options.max_tokens_field);
  if (request.param("stream") != "1") return;
  json.key("stream").boolean(true);
  if (options.stream_usage == StreamUsage::NotAsked) return;
  json.key("stream_options").open_object().key("include_usage").boolean(true).close_object();
}

}  // namespace shared
