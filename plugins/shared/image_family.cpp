#include "plugins/shared/image_family.hpp"

#include "plugins/shared/refusal.hpp"
#include "plugins/shared/words.hpp"
#include <patchbay/json.hpp>

#include <algorithm>
#include <utility>

namespace shared {
namespace {

void collect(patchbay::JsonReader& reader, std::string_view path, std::vector<std::string>& out) {
  reader.each(path, [&out](std::string_view text) { out.emplace_back(text); });
}

}  // namespace

bool ImageFamily::omits(std::string_view field) const {
  return std::find(omit.begin(), omit.end(), field) != omit.end();
}

std::optional<ImageFamily> image_family_of(std::string_view manifest, std::string_view model) {
  const std::string_view bare = model_without_vendor(model);
  std::optional<ImageFamily> best;
  ImageFamily read;
  patchbay::JsonReader reader;
  reader.text("image_models[].prefix", read.prefix).text("image_models[].api", read.api);
  reader.text("image_models[].conversation", read.conversation);
  reader.count("image_models[].inputs_max", read.inputs_max);
  reader.count("image_models[].images_max", read.images_max);
  collect(reader, "image_models[].aspect_ratios[]", read.aspect_ratios);
  collect(reader, "image_models[].resolutions[]", read.resolutions);
  collect(reader, "image_models[].sizes[]", read.sizes);
  collect(reader, "image_models[].omit[]", read.omit);
  reader.leave("image_models[]", [&] {
    const bool fits = model.starts_with(read.prefix) || bare.starts_with(read.prefix);
    const bool better = !best || read.prefix.size() > best->prefix.size();
    if (fits && better) best = std::move(read);
    read = ImageFamily();
  });
  if (!reader.write(manifest) || !reader.finish())
    throw patchbay::Failed(PATCHBAY_ERR_PLUGIN, "the adapter's manifest cannot be read");
  return best;
}

void check_counts(const std::optional<ImageFamily>& family,
                  std::uint64_t inputs,
                  std::uint64_t images) {
  if (!family) return;
  if (family->inputs_max > 0 && inputs > family->inputs_max)
    refuse_request("this model takes at most " + std::to_string(family->inputs_max) +
                   " input images");
  if (family->images_max == 1 && images > 1)
    refuse_request("this model draws one image per request: ask for several one by one");
  if (family->images_max > 0 && images > family->images_max)
    refuse_request("this model draws at most " + std::to_string(family->images_max) +
                   " images per request");
}

}  // namespace shared
