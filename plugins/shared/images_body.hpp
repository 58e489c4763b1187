// The bodies of images/generations and images/edits, as OpenAI shaped them.
#pragma once

#include "plugins/shared/chat_messages.hpp"
#include <patchbay/body.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shared {

// What goes beside prompt and images. A literal is a number or a boolean, which JSON does not
// quote.
struct ImageField {
  enum class Kind : std::uint8_t { Text, Literal };
  std::string name;
  std::string value;
  Kind kind = Kind::Text;
};
using ImageFields = std::vector<ImageField>;

// {"model", "prompt", fields…, "images": [{"image_url": "data:…"}]}; `extra` is a JSON object whose
// members come last, by the setting of that name.
[[nodiscard]] patchbay::Body images_json(const patchbay::Request& request,
                                         const OnePrompt& prompt,
                                         const ImageFields& fields,
                                         std::string_view extra);

// The same as multipart/form-data, with the images as files.
struct FormBody {
  std::string content_type;
  patchbay::Body body;
};
[[nodiscard]] FormBody images_form(const patchbay::Request& request,
                                   const OnePrompt& prompt,
                                   const ImageFields& fields,
                                   std::string_view extra);

}  // namespace shared
