// The shape of a picture: how size, aspect ratio and resolution map onto what a model takes.
#pragma once

#include "plugins/shared/image_family.hpp"
#include <patchbay/request.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shared {

// As it goes into the request; an empty field is left to the model.
struct ImageShape {
  std::string aspect_ratio;
  std::string resolution;
  std::string size;     // WIDTHxHEIGHT
  std::string mapping;  // what was chosen, for people; empty where everything was taken as asked
};

// All three throw Failed(bad_request) where the model cannot do it, what is asked for contradicts
// itself, or is no size or ratio at all.

// For models that are asked for a ratio and a resolution: a size in pixels becomes the nearest of
// both.
[[nodiscard]] ImageShape ratio_shape_of(const patchbay::Request& request,
                                        const std::optional<ImageFamily>& family);

// For models that are asked for a size in pixels: a ratio or resolution becomes the nearest size.
[[nodiscard]] ImageShape pixel_shape_of(const patchbay::Request& request,
                                        const std::optional<ImageFamily>& family);

// For APIs that take all three: checked, and sent as they are.
[[nodiscard]] ImageShape shape_as_asked(const patchbay::Request& request);

struct PixelSize {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};
[[nodiscard]] PixelSize parse_size(std::string_view text);

}  // namespace shared
