// The body of chat/completions, for text and for images.
#pragma once

#include "plugins/shared/image_shape.hpp"
#include <patchbay/json_body.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string_view>

namespace shared {

// Whether a stream is asked to tell its usage at its end. Some servers refuse the field.
enum class StreamUsage : std::uint8_t { NotAsked, Asked };

struct ChatOptions {
  std::string_view modalities;  // of an image: "image,text"; empty: not sent
  std::string_view max_tokens_field = "max_tokens";
  StreamUsage stream_usage = StreamUsage::NotAsked;
};

// The members of the object that is open: the model, the messages and what the parameters say.
// `shape` counts for PATCHBAY_OP_IMAGE alone. Throws Failed(bad_request).
void write_chat(patchbay::JsonBody& json,
                const patchbay::Request& request,
                const ImageShape& shape,
                const ChatOptions& options);

}  // namespace shared
