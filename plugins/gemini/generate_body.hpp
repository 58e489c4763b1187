// The body of generateContent.
#pragma once

#include "plugins/gemini/image_config.hpp"
#include <patchbay/body.hpp>
#include <patchbay/request.hpp>

#include <cstdint>

namespace gemini {

// The provider takes about 20 MB of input in one request; more is refused before it is sent.
inline constexpr std::uint64_t inline_size_max = 20'000'000;  // bytes, in base64

// `image` counts for PATCHBAY_OP_IMAGE alone. Throws Failed(bad_request).
[[nodiscard]] patchbay::Body generate_body(const patchbay::Request& request,
                                           const ImageConfig& image);

}  // namespace gemini
