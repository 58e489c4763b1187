#include "host/loader/shadowing.hpp"

#include "host/loader/version.hpp"

namespace patchbay::host {
namespace {

// Trust is listed from most to least.
bool is_trusted_more(const Adapter& a, const Adapter& b) {
  return a.plugin->trust < b.plugin->trust;
}

bool replaces(const Adapter& challenger, const Adapter& holder) {
  if (challenger.plugin->trust != holder.plugin->trust) return is_trusted_more(challenger, holder);
  return compare_versions(challenger.manifest().version, holder.manifest().version) > 0;
}

}  // namespace

AdapterIndex index_adapters(std::vector<FoundPlugin>& plugins) {
  AdapterIndex index;
  for (const FoundPlugin& plugin : plugins) {
    for (std::uint32_t i = 0; i < plugin.manifest.adapters.size(); ++i) {
      const Adapter adapter{&plugin, i};
      const auto [place, is_new] = index.by_id.try_emplace(adapter.manifest().id, adapter);
      if (!is_new && replaces(adapter, place->second)) place->second = adapter;
    }
  }
  // In the order of the places, so that the first found keeps the name.
  for (const FoundPlugin& plugin : plugins) {
    for (std::uint32_t i = 0; i < plugin.manifest.adapters.size(); ++i) {
      const Adapter adapter{&plugin, i};
      if (index.by_id.find(adapter.manifest().id)->second != adapter) continue;
      const auto [place, is_new] = index.by_name.try_emplace(adapter.manifest().name, adapter);
      if (!is_new && is_trusted_more(adapter, place->second)) place->second = adapter;
    }
  }
  for (FoundPlugin& plugin : plugins) {
    for (std::uint32_t i = 0; i < plugin.manifest.adapters.size(); ++i) {
      const Adapter adapter{&plugin, i};
      const Adapter& same_id = index.by_id.find(adapter.manifest().id)->second;
      const auto same_name = index.by_name.find(adapter.manifest().name);
      const bool id_lost = same_id != adapter;
      if (!id_lost && same_name->second == adapter) continue;
      const Adapter& winner = id_lost ? same_id : same_name->second;
      plugin.shadowed_adapters.emplace(i, winner.plugin->path.string());
    }
    if (plugin.shadowed_adapters.size() == plugin.manifest.adapters.size())
      plugin.shadowed_by = plugin.shadowed_adapters.begin()->second;
  }
  return index;
}

}  // namespace patchbay::host
