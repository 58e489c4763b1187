// The requests for images and chat.
#pragma once

#include <patchbay/io.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string_view>

namespace openrouter {

// Which of its two ways to an image: POST /images, or chat/completions with modalities.
enum class ImageApi : std::uint8_t { Images, Chat };

// As the setting says, else as the manifest's table does for the model; images where it says
// nothing. A conversation that goes on may have another way. Throws Failed(bad_request).
[[nodiscard]] ImageApi image_api_of(const patchbay::Request& request, std::string_view manifest);

// Tells the mapping of the shape. Throws Failed(bad_request).
[[nodiscard]] patchbay::HttpCall images_call(const patchbay::Request& request,
                                             patchbay::Io& io,
                                             std::string_view manifest);
// For chat, and for an image by chat.
[[nodiscard]] patchbay::HttpCall chat_call(const patchbay::Request& request,
                                           patchbay::Io& io,
                                           std::string_view manifest);
// Without a body, with the headers that the settings ask for.
[[nodiscard]] patchbay::HttpCall call_for(const patchbay::Request& request,
                                          std::string method,
                                          std::string target);

}  // namespace openrouter
