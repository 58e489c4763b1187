#include "core/base/id.hpp"
#include "core/json/value.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/registry.hpp"

#include <utility>

namespace patchbay::host {
namespace {

json::Value placements_of(const AdapterManifest& adapter) {
  json::Value placements{json::Object()};
  for (const auto& [auth_type, placement] : adapter.auth) {
    json::Value value;
    value.set("header", placement.header);
    value.set("prefix", placement.prefix);
    placements.set(auth_type, std::move(value));
  }
  return placements;
}

json::Value origins_of(const AdapterManifest& adapter) {
  json::Value origins{json::Array()};
  for (const ManifestOrigin& origin : adapter.origins) {
    json::Value value;
    value.set("origin", origin.origin);
    value.set("credentialed", origin.credentialed);
    value.set("anonymous_get", origin.anonymous_get);
    origins.append(std::move(value));
  }
  return origins;
}

// What a plugin could do with the trust it gets, in one spelling.
std::string capabilities_of(const Manifest& manifest) {
  json::Value adapters{json::Array()};
  for (const AdapterManifest& adapter : manifest.adapters) {
    json::Value value;
    value.set("id", adapter.id);
    value.set("name", adapter.name);
    value.set("endpoint", adapter.endpoint);
    value.set("needs_credential", adapter.needs_credential);
    value.set("auth", placements_of(adapter));
    value.set("origins", origins_of(adapter));
    value.set("anonymous_get_anywhere", adapter.anonymous_get_anywhere);
    adapters.append(std::move(value));
  }
  json::Value capabilities;
  capabilities.set("adapters", std::move(adapters));
  return json::write(capabilities);
}

PluginStatement statement_of(const VaultIdentity& identity, const FoundPlugin& plugin) {
  return PluginStatement{identity.project_id, plugin.sha256, capabilities_of(plugin.manifest)};
}

}  // namespace

Status Registry::trust_plugin(const FoundPlugin& plugin, const Owner& owner) {
  const PluginStatement statement = host::statement_of(identity_, plugin);
  const std::string text = statement.text();
  const crypto::Signature signature = owner.sign(text);
  if (!is_signed_by_owner(identity_, text, signature))
    return Error{
        ErrorCode::NotAllowed, "the owner's key is not the one that patchbay.toml names", {}, {}};
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  store::Statement forget = PATCHBAY_TRY(
      store::Statement::prepare(database_, "DELETE FROM patchbay_plugins WHERE path = ?1"));
  PATCHBAY_TRY(forget.bind(1, plugin.path.string()).run());
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "INSERT INTO patchbay_plugins (id, path, sha256, capabilities, trusted_sha256, signature,"
      " signer, trusted_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?6, ?7, ?7)"));
  insert.bind(1, PATCHBAY_TRY(new_uuid())).bind(2, plugin.path.string()).bind(3, plugin.sha256);
  insert.bind(4, statement.capabilities).bind(5, signature).bind(6, owner.name());
  PATCHBAY_TRY(insert.bind(7, sql_timestamp(clock_.unix_ms())).run());
  PATCHBAY_TRY(record({"plugin.trust", plugin.sha256, plugin.path.string()}, &owner));
  return transaction.commit();
}

bool Registry::is_vouched(const FoundPlugin& plugin) const {
  Result<store::Statement> query = store::Statement::prepare(
      database_, "SELECT signature FROM patchbay_plugins WHERE trusted_sha256 = ?1");
  if (!query.ok() || plugin.sha256.empty()) return false;
  store::Statement signatures = std::move(query).value();
  signatures.bind(1, plugin.sha256);
  const std::string statement = host::statement_of(identity_, plugin).text();
  for (;;) {
    const Result<bool> row = signatures.step();
    if (!row.ok() || !row.value()) return false;
    if (is_signed_by_owner(identity_, statement, signatures.blob(0))) return true;
  }
}

}  // namespace patchbay::host
