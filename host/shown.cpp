#include "host/shown.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t id_beginning_min = 4;  // characters that name a key

std::string state_of(const Key& key) {
  if (key.seal == SealState::Tampered) return "tampered";
  if (!key.is_active) return "inactive";
  if (key.seal == SealState::Unsealed) return "unsealed";
  return key.last_used_at ? "used" : "active";
}

// A key that nobody sealed does not say which version of the Fernet key it was encrypted with.
Result<SecretBytes> opened(const Key& key, const Vault& vault) {
  if (key.key_version != 0) return vault.decrypt(key.token, key.key_version);
  const std::int64_t version = PATCHBAY_TRY(vault.version_that_opens(key.token));
  return vault.decrypt(key.token, version);
}

bool is_named(const ShownKey& shown, std::string_view name) {
  if (!shown.fingerprint.empty() && shown.fingerprint == name) return true;
  return name.size() >= id_beginning_min && shown.key.id.starts_with(name);
}

}  // namespace

ShownKey shown_key(Key key, const Vault* vault) {
  ShownKey result;
  result.state = state_of(key);
  if (!key.is_active) result.reason = key.inactive_reason;
  if (vault != nullptr) {
    const auto credential = opened(key, *vault);
    if (credential.ok()) {
      result.fingerprint = vault->fingerprint(credential.value());
    } else if (key.is_active && key.seal != SealState::Tampered) {
      result.state = "needs re-entry";
    }
  }
  result.key = std::move(key);
  return result;
}

Result<std::vector<ShownKey>> shown_keys(Host& host, const std::string& provider) {
  std::map<std::string, std::string> names;
  for (const Provider& row : PATCHBAY_TRY(host.registry().providers())) {
    names[row.id] = row.name;
  }
  std::string provider_id;
  if (!provider.empty()) provider_id = PATCHBAY_TRY(host.registry().provider(provider)).id;
  std::vector<Key> keys = PATCHBAY_TRY(host.registry().keys(host.catalog(), provider_id));
  const auto vault = host.vault();
  std::vector<ShownKey> result;
  result.reserve(keys.size());
  for (Key& key : keys) {
    ShownKey shown = shown_key(std::move(key), vault.ok() ? vault.value() : nullptr);
    const auto name = names.find(shown.key.provider_id);
    shown.provider = name == names.end() ? shown.key.provider_id : name->second;
    result.push_back(std::move(shown));
  }
  return result;
}

Result<ShownKey> key_named(Host& host, std::string_view name) {
  if (name.empty()) {
    return Error{ErrorCode::Usage,
                 "which key?",
                 "name it by its fingerprint or id, as `patchbay key list` shows it"};
  }
  std::vector<ShownKey> keys = PATCHBAY_TRY(shown_keys(host, {}));
  std::erase_if(keys, [&](const ShownKey& key) { return !is_named(key, name); });
  if (keys.size() == 1) return std::move(keys.front());
  if (keys.empty()) {
    return Error{ErrorCode::NotFound,
                 "there is no key of that fingerprint or id",
                 "see `patchbay key list`"};
  }
  return Error{ErrorCode::Usage,
               "several keys have that fingerprint or beginning of an id",
               "give the whole id: see `patchbay key list --json`"};
}

std::string state_of(const Provider& provider, const Catalog& catalog) {
  if (!provider.is_active) return "inactive";
  const auto adapter = Registry::adapter_of(catalog, provider);
  if (!adapter) return "no plugin";
  return adapter->plugin->trust == Trust::NeedsTrust ? "needs trust" : "active";
}

std::string image_model_of(const Provider& provider, const Catalog& catalog) {
  if (provider.model_name) return *provider.model_name;
  const auto adapter = Registry::adapter_of(catalog, provider);
  return adapter ? adapter->manifest().image_model : std::string();
}

std::string unused_reason(const FoundPlugin& plugin) {
  if (!plugin.shadowed_by.empty()) return "shadowed by " + plugin.shadowed_by;
  if (plugin.trust == Trust::NeedsTrust) return "not loaded";
  if (plugin.shadowed_adapters.empty()) return {};
  return plugin.shadowed_adapters.begin()->second;
}

}  // namespace patchbay::host
