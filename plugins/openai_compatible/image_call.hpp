// The requests for images and chat that the provider row's settings describe.
#pragma once

#include <patchbay/io.hpp>
#include <patchbay/request.hpp>

#include <string>
#include <string_view>

namespace openai_compatible {

// To images/generations, images/edits or chat/completions. Tells the mapping of the shape.
// Throws Failed(bad_request).
[[nodiscard]] patchbay::HttpCall image_call(const patchbay::Request& request,
                                            patchbay::Io& io,
                                            std::string_view manifest);
[[nodiscard]] patchbay::HttpCall chat_call(const patchbay::Request& request);
// Without a body, with the headers of the settings.
[[nodiscard]] patchbay::HttpCall get_call(const patchbay::Request& request, std::string target);

}  // namespace openai_compatible
