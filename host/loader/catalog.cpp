#include "host/loader/catalog.hpp"

#include "core/base/mutex.hpp"
#include "core/base/text.hpp"
#include "host/loader/discovery.hpp"
#include "host/loader/module_library.hpp"
#include "host/loader/private_copy.hpp"
#include "host/loader/shadowing.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

class FileCatalog final : public Catalog {
 public:
  FileCatalog(Discovery discovery, std::filesystem::path copy_directory)
      : plugins_(std::move(discovery.found)),
        refused_(std::move(discovery.refused)),
        index_(index_adapters(plugins_)),
        copy_directory_(std::move(copy_directory)),
        modules_(plugins_.size(), nullptr) {}

  [[nodiscard]] const std::vector<FoundPlugin>& plugins() const override { return plugins_; }
  [[nodiscard]] const std::vector<RefusedPlugin>& refused() const override { return refused_; }

  [[nodiscard]] std::vector<Adapter> adapters() const override {
    std::vector<Adapter> adapters;
    for (const auto& [name, adapter] : index_.by_name) adapters.push_back(adapter);
    return adapters;
  }

  [[nodiscard]] std::optional<Adapter> by_id(std::string_view adapter_id) const override {
    return find_in(index_.by_id, adapter_id);
  }
  [[nodiscard]] std::optional<Adapter> by_name(std::string_view provider_name) const override {
    return find_in(index_.by_name, provider_name);
  }

  [[nodiscard]] Result<const patchbay_module*> load(const Adapter& adapter) override {
    const auto found = std::find_if(plugins_.begin(), plugins_.end(), [&](const FoundPlugin& one) {
      return &one == adapter.plugin;
    });
    if (found == plugins_.end() || adapter.index >= found->manifest.adapters.size())
      return Error{ErrorCode::Internal,
                   "an adapter was to be loaded that this catalog does not have",
                   {},
                   {}};
    if (found->trust == Trust::NeedsTrust) return needs_trust(adapter);
    const Lock lock(mutex_);
    const patchbay_module*& module = modules_[static_cast<std::size_t>(found - plugins_.begin())];
    if (module != nullptr) return module;
    const std::filesystem::path copy =
        PATCHBAY_TRY(private_copy(*found, owners_for(found->trust), copy_directory_));
    module = PATCHBAY_TRY(load_module(copy, *found));
    return module;
  }

 private:
  [[nodiscard]] static std::optional<Adapter> find_in(
      const std::map<std::string, Adapter, std::less<>>& index, std::string_view key) {
    const auto found = index.find(key);
    if (found == index.end()) return std::nullopt;
    return found->second;
  }

  [[nodiscard]] static Error needs_trust(const Adapter& adapter) {
    const AdapterManifest& manifest = adapter.manifest();
    return Error{ErrorCode::NeedsTrust,
                 "the plugin " + printable(adapter.plugin->path.native()) + " (" + manifest.id +
                     " " + manifest.version + ") is not vouched for",
                 "look at it with `patchbay plugin info " + manifest.name +
                     "`, then run `patchbay plugin trust " + manifest.name + "`",
                 manifest.name};
  }

  std::vector<FoundPlugin> plugins_;  // never changes: the index points into it
  const std::vector<RefusedPlugin> refused_;
  const AdapterIndex index_;
  const std::filesystem::path copy_directory_;
  Mutex mutex_;  // loading is one at a time: not every platform's loader takes more
  std::vector<const patchbay_module*> modules_ PATCHBAY_GUARDED_BY(mutex_);  // by plugin
};

}  // namespace

std::string_view to_string(Trust trust) noexcept {
  switch (trust) {
    case Trust::Bundled: return "bundled";
    case Trust::Vouched: return "vouched";
    case Trust::NeedsTrust: return "needs trust";
  }
  return "unknown";
}

Result<std::unique_ptr<Catalog>> Catalog::discover(CatalogOptions options) {
  std::unique_ptr<Catalog> catalog =
      std::make_unique<FileCatalog>(discover_plugins(options), std::move(options.copy_directory));
  return catalog;
}

}  // namespace patchbay::host
