// Which shapes and sizes each family of image models draws, and how a request maps onto them.
#pragma once

#include <patchbay/request.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gemini {

// The same table as the manifest's image_models, which a test compares with this one.
struct ImageFamily {
  std::string_view prefix;  // of the model's id
  std::span<const std::string_view> aspect_ratios;
  std::span<const std::string_view> resolutions;
  std::uint32_t inputs_max;  // 0: not stated
};
[[nodiscard]] std::span<const ImageFamily> image_families();

// The family of a model, or nothing for one that is not in the table: then what the caller asks for
// is sent as it is, and the provider judges.
[[nodiscard]] const ImageFamily* image_family_of(std::string_view model);

// generationConfig.imageConfig; an empty field is left to the model.
struct ImageConfig {
  std::string aspect_ratio;
  std::string resolution;
  std::string mapping;  // what was chosen for a size in pixels, for people; empty where none was
};

// From the parameters size, aspect_ratio and resolution. Throws Failed(bad_request) where the model
// cannot do it or they contradict each other.
[[nodiscard]] ImageConfig image_config_of(const patchbay::Request& request);

}  // namespace gemini
