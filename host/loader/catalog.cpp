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
  FileCatalog(Discovery discovery, CatalogOptions options)
      : plugins_(std::move(discovery.found)),
        refused_(std::move(discovery.refused)),
        index_(index_adapters(plugins_)),
        copy_directory_(std::move(options.copy_directory)),
        worker_program_(std::move(options.worker_program)),
        worker_without_landlock_(options.worker_without_landlock),
        modules_(plugins_.size(), nullptr),
        copies_(plugins_.size()) {}

  [[nodiscard]] const std::vector<FoundPlugin>& plugins() const override { return plugins_; }
  [[nodiscard]] const std::vector<RefusedPlugin>& refused() const override { return refused_; }

  [[nodiscard]] std::vector<Adapter> adapters() const override {
    std::vector<Adapter> adapters;
    adapters.reserve(index_.by_name.size());
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
    const FoundPlugin& plugin = *PATCHBAY_TRY(own(adapter));
    if (!is_vouched_for(plugin.trust)) return needs_trust(adapter);
    const Lock lock(mutex_);
    const patchbay_module*& module = modules_[place_of(plugin)];
    if (module != nullptr) return module;
    const std::filesystem::path copy =
        PATCHBAY_TRY(private_copy(plugin, owners_for(plugin.trust), copy_directory_));
    module = PATCHBAY_TRY(load_module(copy, plugin));
    return module;
  }

  [[nodiscard]] Result<AdapterCode> code_of(const Adapter& adapter) override {
    const FoundPlugin& plugin = *PATCHBAY_TRY(own(adapter));
    if (plugin.trust != Trust::Isolated) return Catalog::code_of(adapter);
    const Lock lock(mutex_);
    std::filesystem::path& copy = copies_[place_of(plugin)];
    if (copy.empty()) {
      copy = PATCHBAY_TRY(private_copy(plugin, owners_for(plugin.trust), copy_directory_));
    }
    return AdapterCode{nullptr, WorkerCode{worker_program_, copy, worker_without_landlock_}};
  }

 private:
  [[nodiscard]] Result<const FoundPlugin*> own(const Adapter& adapter) const {
    const bool is_ours = adapter.plugin >= plugins_.data() &&
                         adapter.plugin < plugins_.data() + plugins_.size() &&
                         adapter.index < adapter.plugin->manifest.adapters.size();
    if (is_ours) return adapter.plugin;
    return Error{
        ErrorCode::Internal, "an adapter was to be loaded that this catalog does not have", {}, {}};
  }
  [[nodiscard]] std::size_t place_of(const FoundPlugin& plugin) const {
    return static_cast<std::size_t>(&plugin - plugins_.data());
  }
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
  const std::filesystem::path worker_program_;
  const bool worker_without_landlock_;
  Mutex mutex_;  // loading is one at a time: not every platform's loader takes more
  std::vector<const patchbay_module*> modules_ PATCHBAY_GUARDED_BY(mutex_);  // by plugin
  // Likewise, of those that run in a worker; empty: not made yet.
  std::vector<std::filesystem::path> copies_ PATCHBAY_GUARDED_BY(mutex_);
};

}  // namespace

std::string_view to_string(Trust trust) noexcept {
  switch (trust) {
    case Trust::Bundled: return "bundled";
    case Trust::Vouched: return "vouched";
    case Trust::Isolated: return "isolated";
    case Trust::NeedsTrust: return "needs trust";
  }
  return "unknown";
}

Result<AdapterCode> Catalog::code_of(const Adapter& adapter) {
  const patchbay_module* module = PATCHBAY_TRY(load(adapter));
  return AdapterCode{module, std::nullopt};
}

Result<std::unique_ptr<Catalog>> Catalog::discover(CatalogOptions options) {
  Discovery discovery = discover_plugins(options);
  return std::unique_ptr<Catalog>(
      std::make_unique<FileCatalog>(std::move(discovery), std::move(options)));
}

}  // namespace patchbay::host
