// A catalog of plugins that exist as descriptions alone: the registry never loads one.
#pragma once

#include "host/loader/catalog.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::testing {

// An adapter that serves the provider of that name, with one credentialed origin beside it.
inline host::AdapterManifest example_adapter(const std::string& name) {
  host::AdapterManifest manifest;
  manifest.id = "dev.example." + name;
  manifest.version = "1.0.0";
  manifest.name = name;
  manifest.display_name = "Example " + name;
  manifest.endpoint = "https://api." + name + ".example/v1";
  manifest.auth.emplace("bearer", host::CredentialPlacement{"authorization", "Bearer "});
  manifest.auth.emplace("api_key", host::CredentialPlacement{"x-api-key", ""});
  manifest.default_auth_type = "bearer";
  manifest.image_model = name + "-image-1";
  manifest.origins.push_back({"https://check." + name + ".example", true, false});
  manifest.origins.push_back({"https://images." + name + ".example", false, true});
  return manifest;
}

class StandInCatalog final : public host::Catalog {
 public:
  StandInCatalog() = default;
  StandInCatalog(StandInCatalog&& other) noexcept : plugins_(std::move(other.plugins_)) {}
  // The description that add() made, to be edited as a new version of the plugin would be.
  host::FoundPlugin& add(host::AdapterManifest manifest, host::Trust trust = host::Trust::Bundled) {
    host::FoundPlugin plugin;
    plugin.path = "/plugins/" + manifest.name + ".so";
    plugin.sha256 = std::string(64, manifest.name.empty() ? '0' : 'a');
    plugin.manifest.adapters.push_back(std::move(manifest));
    plugin.trust = trust;
    plugins_.push_back(std::move(plugin));
    return plugins_.back();
  }
  void remove(const std::string& name) {
    std::erase_if(plugins_, [&](const host::FoundPlugin& plugin) {
      return plugin.manifest.adapters.front().name == name;
    });
  }
  host::AdapterManifest& manifest(const std::string& name) {
    for (host::FoundPlugin& plugin : plugins_)
      if (plugin.manifest.adapters.front().name == name) return plugin.manifest.adapters.front();
    return plugins_.at(plugins_.size()).manifest.adapters.front();  // throws
  }

  [[nodiscard]] const std::vector<host::FoundPlugin>& plugins() const override { return plugins_; }
  [[nodiscard]] const std::vector<host::RefusedPlugin>& refused() const override {
    return refused_;
  }
  [[nodiscard]] std::vector<host::Adapter> adapters() const override {
    std::vector<host::Adapter> adapters;
    for (const host::FoundPlugin& plugin : plugins_)
      if (plugin.shadowed_by.empty()) adapters.push_back({&plugin, 0});
    return adapters;
  }
  [[nodiscard]] std::optional<host::Adapter> by_id(std::string_view adapter_id) const override {
    for (const host::Adapter& adapter : adapters())
      if (adapter.manifest().id == adapter_id) return adapter;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<host::Adapter> by_name(std::string_view name) const override {
    for (const host::Adapter& adapter : adapters())
      if (adapter.manifest().name == name) return adapter;
    return std::nullopt;
  }
  [[nodiscard]] Result<const patchbay_module*> load(const host::Adapter&) override {
    return Error{ErrorCode::Plugin, "there is nothing to load", {}, {}};
  }

 private:
  std::vector<host::FoundPlugin> plugins_;
  std::vector<host::RefusedPlugin> refused_;
};

}  // namespace patchbay::testing
