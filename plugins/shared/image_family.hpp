// What the manifest says about the image models that an adapter knows: data, not code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

// One entry of the manifest's `image_models`. The host reads the first five fields; the others are
// the adapters' own.
struct ImageFamily {
  std::string prefix;                      // of the model's id
  std::vector<std::string> aspect_ratios;  // empty: not stated
  std::vector<std::string> resolutions;
  std::uint64_t inputs_max = 0;    // 0: not stated
  std::uint64_t images_max = 0;    // in one request; 0: not stated
  std::string api;                 // "images" or "chat"; empty: not stated
  std::string conversation;        // likewise, where the model has answered already
  std::vector<std::string> sizes;  // WIDTHxHEIGHT, where only certain ones are drawn
  std::vector<std::string> omit;   // request fields that these models refuse

  [[nodiscard]] bool omits(std::string_view field) const;
};

// The entry with the longest prefix of the model's id, whole or without its vendor. Nothing for a
// model that is not listed: then what the caller asks for is sent as it is, and the provider
// judges.
[[nodiscard]] std::optional<ImageFamily> image_family_of(std::string_view manifest,
                                                         std::string_view model);

// Throws Failed(bad_request) where the family takes fewer.
void check_counts(const std::optional<ImageFamily>& family,
                  std::uint64_t inputs,
                  std::uint64_t images);

}  // namespace shared
