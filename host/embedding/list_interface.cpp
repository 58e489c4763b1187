// patchbay/host.h: providers, keys and plugins, as snapshots.
#include "core/base/text.hpp"
#include "host/embedding/embedded_host.hpp"
#include "host/embedding/error.hpp"
#include "host/shown.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::embedding {
namespace {

// A list in the form that is given out, together with all that its items point to.
template <typename List, typename Info, typename Facts>
struct Snapshot final : List {
  std::vector<Facts> facts;  // never changes after the items were made
  std::vector<Info> infos;
  std::vector<const Info*> pointers;

  template <typename Describe>
  explicit Snapshot(std::vector<Facts> given, Describe describe) : List{}, facts(std::move(given)) {
    infos.reserve(facts.size());
    for (const Facts& one : facts) pointers.push_back(&infos.emplace_back(describe(one)));
    this->count = pointers.size();
    this->items = pointers.data();
  }
};

struct ProviderFacts {
  host::Provider row;
  std::string image_model;
  std::string adapter;
  std::string state;
};

struct PluginFacts {
  std::string path;
  std::string adapters;
  std::string version;
  std::string trust;
  std::string reason;
};

using Providers = Snapshot<patchbay_providers, patchbay_provider_info, ProviderFacts>;
using Keys = Snapshot<patchbay_keys, patchbay_key_info, host::ShownKey>;
using Plugins = Snapshot<patchbay_plugins, patchbay_plugin_info, PluginFacts>;

patchbay_provider_info info_of(const ProviderFacts& facts) {
  patchbay_provider_info info{};
  info.struct_size = sizeof info;
  info.is_active = facts.row.is_active ? 1 : 0;
  info.id = facts.row.id.c_str();
  info.name = facts.row.name.c_str();
  info.display_name = facts.row.display_name.c_str();
  info.endpoint_url = facts.row.endpoint_url.c_str();
  info.auth_type = facts.row.auth_type.c_str();
  info.image_model = facts.image_model.c_str();
  info.adapter = facts.adapter.c_str();
  info.state = facts.state.c_str();
  return info;
}

patchbay_key_info info_of(const host::ShownKey& shown) {
  const host::Key& key = shown.key;
  patchbay_key_info info{};
  info.struct_size = sizeof info;
  info.is_active = key.is_active ? 1 : 0;
  info.priority = key.priority;
  info.id = key.id.c_str();
  info.provider = shown.provider.c_str();
  info.fingerprint = shown.fingerprint.c_str();
  info.state = shown.state.c_str();
  info.reason = shown.reason.c_str();
  info.environment = key.environment.c_str();
  info.user = key.user.c_str();
  info.label = key.label.c_str();
  info.last_used_at = key.last_used_at ? key.last_used_at->c_str() : "";
  return info;
}

patchbay_plugin_info info_of(const PluginFacts& facts) {
  patchbay_plugin_info info{};
  info.struct_size = sizeof info;
  info.is_used = facts.reason.empty() ? 1 : 0;
  info.path = facts.path.c_str();
  info.adapters = facts.adapters.c_str();
  info.version = facts.version.c_str();
  info.trust = facts.trust.c_str();
  info.reason = facts.reason.c_str();
  return info;
}

constexpr auto describe_item = [](const auto& facts) { return info_of(facts); };

Result<std::vector<ProviderFacts>> providers_of(host::Host& host) {
  std::vector<ProviderFacts> result;
  for (host::Provider& row : PATCHBAY_TRY(host.registry().providers())) {
    ProviderFacts facts;
    facts.image_model = host::image_model_of(row, host.catalog());
    facts.state = host::state_of(row, host.catalog());
    if (const auto adapter = host::Registry::adapter_of(host.catalog(), row))
      facts.adapter = adapter->manifest().id;
    facts.row = std::move(row);
    result.push_back(std::move(facts));
  }
  return result;
}

std::vector<PluginFacts> plugins_of(const host::Catalog& catalog) {
  std::vector<PluginFacts> result;
  for (const host::FoundPlugin& plugin : catalog.plugins()) {
    PluginFacts facts;
    facts.path = plugin.path.string();
    facts.trust = to_string(plugin.trust);
    facts.reason = host::unused_reason(plugin);
    std::vector<std::string> names;
    for (const host::AdapterManifest& adapter : plugin.manifest.adapters)
      names.push_back(adapter.name);
    facts.adapters = joined(names, ", ");
    if (!names.empty()) facts.version = plugin.manifest.adapters.front().version;
    result.push_back(std::move(facts));
  }
  for (const host::RefusedPlugin& plugin : catalog.refused()) {
    PluginFacts facts;
    facts.path = plugin.path.string();
    facts.trust = "refused";
    facts.reason = plugin.reason;
    result.push_back(std::move(facts));
  }
  return result;
}

}  // namespace
}  // namespace patchbay::embedding

using namespace patchbay;             // NOLINT(google-build-using-namespace): C functions follow
using namespace patchbay::embedding;  // NOLINT(google-build-using-namespace): likewise

patchbay_error* patchbay_providers_list(patchbay_host_handle* host,
                                        patchbay_providers** providers) {
  return guarded([&]() -> Status {
    *providers = nullptr;
    auto facts = PATCHBAY_TRY(host->host->call(providers_of));
    *providers = std::make_unique<Providers>(std::move(facts), describe_item).release();
    return {};
  });
}

void patchbay_providers_free(patchbay_providers* providers) {
  const std::unique_ptr<Providers> owned(static_cast<Providers*>(providers));
}

patchbay_error* patchbay_keys_list(patchbay_host_handle* host,
                                   const char* provider,
                                   patchbay_keys** keys) {
  return guarded([&]() -> Status {
    *keys = nullptr;
    const std::string name = text_of(provider);
    auto facts = PATCHBAY_TRY(
        host->host->call([&name](host::Host& opened) { return host::shown_keys(opened, name); }));
    *keys = std::make_unique<Keys>(std::move(facts), describe_item).release();
    return {};
  });
}

void patchbay_keys_free(patchbay_keys* keys) {
  const std::unique_ptr<Keys> owned(static_cast<Keys*>(keys));
}

patchbay_error* patchbay_plugins_list(patchbay_host_handle* host, patchbay_plugins** plugins) {
  return guarded([&]() -> Status {
    *plugins = nullptr;
    auto facts =
        PATCHBAY_TRY(host->host->call([](host::Host& opened) -> Result<std::vector<PluginFacts>> {
          return plugins_of(opened.catalog());
        }));
    *plugins = std::make_unique<Plugins>(std::move(facts), describe_item).release();
    return {};
  });
}

void patchbay_plugins_free(patchbay_plugins* plugins) {
  const std::unique_ptr<Plugins> owned(static_cast<Plugins*>(plugins));
}
