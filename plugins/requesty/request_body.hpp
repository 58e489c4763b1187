// The requests for images and chat.
#pragma once

#include <patchbay/io.hpp>
#include <patchbay/request.hpp>

#include <string>
#include <string_view>

namespace requesty {

// To chat/completions, or for the models that are listed so to images/generations and
// images/edits. Tells the mapping of the shape. Throws Failed(bad_request).
[[nodiscard]] patchbay::HttpCall image_call(const patchbay::Request& request,
                                            patchbay::Io& io,
                                            std::string_view manifest);
[[nodiscard]] patchbay::HttpCall chat_call(const patchbay::Request& request);
// With the headers that the settings ask for.
[[nodiscard]] patchbay::HttpCall call_for(const patchbay::Request& request,
                                          std::string method,
                                          std::string target);

}  // namespace requesty
