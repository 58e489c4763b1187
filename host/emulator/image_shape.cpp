#include "host/emulator/image_shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace patchbay::emulator {
namespace {

struct Ratio {
  std::string_view name;
  Pixels first;    // of gemini-2.5-flash-image
  Pixels later;    // of the 3.x families at "1K"
  bool is_narrow;  // only some models have it
};

constexpr std::array ratios = {
    Ratio{"1:1", {1024, 1024}, {1024, 1024}, false},
    Ratio{"2:3", {832, 1248}, {848, 1264}, false},
    Ratio{"3:2", {1248, 832}, {1264, 848}, false},
    Ratio{"3:4", {864, 1184}, {896, 1200}, false},
    Ratio{"4:3", {1184, 864}, {1200, 896}, false},
    Ratio{"4:5", {896, 1152}, {928, 1152}, false},
    Ratio{"5:4", {1152, 896}, {1152, 928}, false},
    Ratio{"9:16", {768, 1344}, {768, 1376}, false},
    Ratio{"16:9", {1344, 768}, {1376, 768}, false},
    Ratio{"21:9", {1536, 672}, {1584, 672}, false},
    Ratio{"1:4", {512, 2048}, {512, 2048}, true},
    Ratio{"4:1", {2048, 512}, {2048, 512}, true},
    Ratio{"1:8", {384, 3072}, {384, 3072}, true},
    Ratio{"8:1", {3072, 384}, {3072, 384}, true},
};

const Ratio* find_ratio(const ImageModel& model, std::string_view name) {
  const auto* found = std::find_if(ratios.begin(), ratios.end(), [&](const Ratio& ratio) {
    return ratio.name == name && (model.has_narrow_ratios || !ratio.is_narrow);
  });
  return found == ratios.end() ? nullptr : found;
}

double log_ratio(const Pixels& pixels) {
  return std::log(static_cast<double>(pixels.width) / static_cast<double>(pixels.height));
}

}  // namespace

const ImageTier* find_tier(const ImageModel& model, std::string_view name) {
  const auto found = std::find_if(model.tiers.begin(),
                                  model.tiers.end(),
                                  [&](const ImageTier& tier) { return tier.name == name; });
  return found == model.tiers.end() ? nullptr : &*found;
}

std::optional<Pixels> pixels_of(const ImageModel& model,
                                std::string_view ratio,
                                const ImageTier& tier) {
  const Ratio* found = find_ratio(model, ratio);
  if (found == nullptr) return std::nullopt;
  const Pixels& base = model.has_signature ? found->later : found->first;
  return Pixels{.width = base.width * tier.half_scale / 2,
                .height = base.height * tier.half_scale / 2};
}

std::string_view nearest_ratio(const ImageModel& model, const Pixels& pixels) {
  std::string_view best = "1:1";
  double best_distance = std::abs(log_ratio(pixels));
  for (const Ratio& ratio : ratios) {
    const double distance = std::abs(log_ratio(pixels) - log_ratio(ratio.later));
    if (find_ratio(model, ratio.name) == nullptr || distance >= best_distance) continue;
    best = ratio.name;
    best_distance = distance;
  }
  return best;
}

std::optional<Pixels> choose_pixels(const ImageModel& model,
                                    std::string_view ratio,
                                    const ImageTier& tier,
                                    const std::optional<Pixels>& input) {
  if (!ratio.empty()) return pixels_of(model, ratio, tier);
  if (input) return pixels_of(model, nearest_ratio(model, *input), tier);
  if (!model.has_signature) return pixels_of(model, "1:1", tier);
  return Pixels{.width = 1408 * tier.half_scale / 2, .height = 768 * tier.half_scale / 2};
}

}  // namespace patchbay::emulator
