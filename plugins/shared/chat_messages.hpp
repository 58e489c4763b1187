// The messages of a request in the shapes that OpenAI's relatives take.
#pragma once

#include <patchbay/json_body.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

// "messages": […]. The format takes images from users alone: what an assistant drew goes into the
// user's next message. State is another provider's and is left away.
void write_messages(patchbay::JsonBody& json, const patchbay::Request& request);

// {"type": "image_url", "image_url": {"url": "data:…"}}
void write_image_part(patchbay::JsonBody& json,
                      const patchbay::Request& request,
                      std::uint32_t index);

// For APIs that take one prompt: what the system and the user say last, and the images of that
// turn and of the answer before it, which is what the user speaks of.
struct OnePrompt {
  std::string text;
  std::vector<std::uint32_t> images;  // indices of blobs
};
[[nodiscard]] OnePrompt one_prompt_of(const patchbay::Request& request);

// Throws Failed(bad_request) where nothing is said, or an input is no image.
void check_messages(const patchbay::Request& request);
// How many input images there are in all.
[[nodiscard]] std::uint64_t count_images(const patchbay::Request& request);

// "count", 1 where it is not given. Throws Failed(bad_request) where it is no number from 1 to 100.
[[nodiscard]] std::uint64_t image_count_of(const patchbay::Request& request);

}  // namespace shared
