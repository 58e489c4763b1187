#include "host/cli/key_view.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "host/cli/context.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::size_t id_beginning_min = 4;  // characters that name a key

std::string state_of(const host::Key& key) {
  if (key.seal == host::SealState::Tampered) return "tampered";
  if (!key.is_active) return "inactive";
  if (key.seal == host::SealState::Unsealed) return "unsealed";
  return key.last_used_at ? "used" : "active";
}

// A key that nobody sealed does not say which version of the Fernet key it was encrypted with.
Result<SecretBytes> opened(const host::Key& key, const host::Vault& vault) {
  if (key.key_version != 0) return vault.decrypt(key.token, key.key_version);
  const std::int64_t version = PATCHBAY_TRY(vault.version_that_opens(key.token));
  return vault.decrypt(key.token, version);
}

bool is_named(const ShownKey& shown, std::string_view name) {
  if (!shown.fingerprint.empty() && shown.fingerprint == name) return true;
  return name.size() >= id_beginning_min && shown.key.id.starts_with(name);
}

}  // namespace

ShownKey shown_key(host::Key key, const host::Vault* vault) {
  ShownKey result;
  result.state = state_of(key);
  if (!key.is_active) result.reason = key.inactive_reason;
  if (vault != nullptr) {
    const auto credential = opened(key, *vault);
    if (credential.ok()) {
      result.fingerprint = vault->fingerprint(credential.value());
    } else if (key.is_active && key.seal != host::SealState::Tampered) {
      result.state = "needs re-entry";
    }
  }
  result.key = std::move(key);
  return result;
}

Result<std::vector<ShownKey>> shown_keys(Context& context,
                                         const std::optional<std::string>& provider) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  std::map<std::string, std::string> names;
  for (const host::Provider& row : PATCHBAY_TRY(host.registry().providers())) {
    names[row.id] = row.name;
  }
  std::string provider_id;
  if (provider) provider_id = PATCHBAY_TRY(host.registry().provider(*provider)).id;
  std::vector<host::Key> keys = PATCHBAY_TRY(host.registry().keys(host.catalog(), provider_id));
  const auto vault = host.vault();
  std::vector<ShownKey> result;
  result.reserve(keys.size());
  for (host::Key& key : keys) {
    ShownKey shown = shown_key(std::move(key), vault.ok() ? vault.value() : nullptr);
    const auto name = names.find(shown.key.provider_id);
    shown.provider = name == names.end() ? shown.key.provider_id : name->second;
    result.push_back(std::move(shown));
  }
  return result;
}

Result<ShownKey> key_named(Context& context, const std::optional<std::string>& name) {
  if (!name || name->empty()) {
    return Error{ErrorCode::Usage,
                 "which key?",
                 "name it by its fingerprint or id, as `patchbay key list` shows it"};
  }
  std::vector<ShownKey> keys = PATCHBAY_TRY(shown_keys(context, {}));
  std::erase_if(keys, [&](const ShownKey& key) { return !is_named(key, *name); });
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

std::string cool_downs_of(const host::Key& key) {
  std::vector<std::string> list;
  for (const host::CoolDown& it : key.cool_downs) {
    list.push_back("until " + sql_timestamp(it.until_unix_ms) + " (" + it.reason +
                   (it.model.empty() ? "" : ", " + printable(it.model)) + ")");
  }
  return joined(list, "; ");
}

json::Value document_of(const host::CoolDown& cool_down) {
  json::Value value;
  value.set("model", cool_down.model.empty() ? json::Value() : json::Value(cool_down.model));
  value.set("until", sql_timestamp(cool_down.until_unix_ms));
  value.set("reason", cool_down.reason);
  return value;
}

json::Value document_of(const ShownKey& shown) {
  const host::Key& key = shown.key;
  json::Value cool_downs{json::Array{}};
  for (const host::CoolDown& it : key.cool_downs) cool_downs.append(document_of(it));
  json::Value value;
  value.set("id", key.id);
  value.set("provider", shown.provider);
  value.set("fingerprint",
            shown.fingerprint.empty() ? json::Value() : json::Value(shown.fingerprint));
  value.set("state", shown.state);
  value.set("reason", shown.reason);
  value.set("is_active", key.is_active);
  value.set("environment", key.environment);
  value.set("user", key.user);
  value.set("label", key.label);
  value.set("priority", key.priority);
  value.set("cool_downs", std::move(cool_downs));
  value.set("last_used_at", key.last_used_at ? json::Value(*key.last_used_at) : json::Value());
  value.set("created_at", key.created_at);
  value.set("updated_at", key.updated_at);
  return value;
}

std::string name_of(const ShownKey& shown) {
  return shown.provider + " key " + (shown.fingerprint.empty() ? shown.key.id : shown.fingerprint);
}

}  // namespace patchbay::cli
