// What bytes look like that were expected to be an image.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace patchbay::media {

// Words that finish "it looks like …", from the first bytes of a body: "HTML", "nothing at all".
[[nodiscard]] std::string_view likeness(std::span<const std::uint8_t> head);

}  // namespace patchbay::media
