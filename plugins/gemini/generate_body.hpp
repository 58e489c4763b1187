// The body of generateContent.
#pragma once

#include "plugins/shared/image_shape.hpp"
#include <patchbay/body.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <optional>

namespace gemini {

// The provider takes about 20 MB of input in one request; more is refused before it is sent.
inline constexpr std::uint64_t inline_size_max = 20'000'000;  // bytes, in base64

// `image` counts for PATCHBAY_OP_IMAGE alone; `family` is the model's, where it is known. Throws
// Failed(bad_request).
[[nodiscard]] patchbay::Body generate_body(const patchbay::Request& request,
                                           const std::optional<shared::ImageFamily>& family,
                                           const shared::ImageShape& image);

}  // namespace gemini
