#include "host/registry/key_seal.hpp"

#include "core/crypto/hash.hpp"
#include "core/json/value.hpp"
#include "core/net/url.hpp"
#include "core/store/statement.hpp"
#include "host/registry/token_url.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

Error wrong_owner() {
  return Error{ErrorCode::NotAllowed,
               "the owner's key is not the one that patchbay.toml names",
               "give the owner.key that was made together with this patchbay.toml",
               {}};
}

constexpr std::string_view upsert_seal =
    "INSERT INTO patchbay_key_seals (key_id, key_version, activation, origins, allow_private,"
    " signature, signer, sealed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (key_id) DO UPDATE SET key_version = excluded.key_version,"
    " activation = excluded.activation, deactivated_activation = NULL, deactivated_reason = NULL,"
    " deactivated_at = NULL, origins = excluded.origins, allow_private = excluded.allow_private,"
    " signature = excluded.signature, signer = excluded.signer, sealed_at = excluded.sealed_at";

}  // namespace

std::string Destination::json() const {
  json::Value list{json::Array()};
  for (const std::string& origin : origins) list.append(origin);
  json::Value value;
  value.set("adapter", adapter_id);
  value.set("auth_type", auth_type);
  value.set("endpoint", endpoint);
  value.set("origins", std::move(list));
  return json::write(value);
}

Result<Destination> destination_of(const Adapter& adapter, const Provider& provider) {
  const AdapterManifest& manifest = adapter.manifest();
  Destination destination{
      manifest.id, provider.auth_type, provider.endpoint_url, {}, provider.allows_private()};
  const net::AllowPrivate allow =
      destination.allow_private ? net::AllowPrivate::Yes : net::AllowPrivate::No;
  const std::string own = PATCHBAY_TRY(net::parse_endpoint(provider.endpoint_url, allow)).origin();
  destination.origins.push_back(own);
  // Whoever points a row at another place means that place alone to have the key.
  const bool is_moved = !manifest.is_own_endpoint(own);
  for (const ManifestOrigin& place : manifest.origins) {
    if (!place.credentialed || is_moved) continue;
    const Result<net::Url> url = net::parse_url(place.origin);
    if (!url.ok())
      return Error{ErrorCode::Plugin,
                   "the adapter " + manifest.id +
                       " names an origin that cannot be used: " + url.error().message,
                   {},
                   provider.name};
    destination.origins.push_back(url.value().origin());
  }
  // The whole address, not its origin: nothing but the renewal of a login goes there.
  if (provider.auth_type == oauth_auth_type) {
    const std::string token_url = token_url_of(provider, manifest);
    if (!token_url.empty())
      destination.origins.push_back(PATCHBAY_TRY(net::parse_endpoint(token_url, allow)).text());
  }
  std::ranges::sort(destination.origins);
  const auto repeated = std::ranges::unique(destination.origins);
  destination.origins.erase(repeated.begin(), repeated.end());
  return destination;
}

std::optional<Destination> destination_of(const Seal& seal) {
  const Result<json::Value> value = json::parse(seal.destination);
  if (!value.ok()) return std::nullopt;
  const json::Value* list = value.value().find("origins");
  if (list == nullptr || list->array() == nullptr) return std::nullopt;
  Destination destination{std::string(value.value().text("adapter")),
                          std::string(value.value().text("auth_type")),
                          std::string(value.value().text("endpoint")),
                          {},
                          seal.allow_private};
  for (const json::Value& origin : *list->array()) {
    if (origin.string() == nullptr) return std::nullopt;
    destination.origins.push_back(*origin.string());
  }
  return destination;
}

KeyStatement statement_for(const VaultIdentity& identity,
                           const Key& key,
                           const Destination& destination) {
  KeyStatement statement;
  statement.project_id = identity.project_id;
  statement.key_id = key.id;
  statement.provider_id = key.provider_id;
  statement.adapter_id = destination.adapter_id;
  statement.auth_type = destination.auth_type;
  statement.environment = key.environment;
  statement.user = key.user;
  statement.endpoint = destination.endpoint;
  statement.origins = destination.origins;
  statement.allow_private = destination.allow_private;
  statement.key_version = key.key_version;
  statement.token_sha256 = crypto::to_hex(crypto::sha256(crypto::bytes_of(key.token)));
  statement.activation = key.activation;
  return statement;
}

bool leads_where_signed(const Destination& now,
                        const Destination& as_signed,
                        const Registry::Said& said) {
  const auto allow = now.allow_private ? net::AllowPrivate::Yes : net::AllowPrivate::No;
  const auto endpoint = net::parse_endpoint(now.endpoint, allow);
  const bool same_origins = std::ranges::all_of(now.origins, [&](const std::string& origin) {
    return said.adapter || std::ranges::count(as_signed.origins, origin) > 0 ||
           (said.endpoint && endpoint.ok() && endpoint.value().origin() == origin);
  });
  return same_origins && (said.endpoint || now.endpoint == as_signed.endpoint) &&
         (said.auth_type || now.auth_type == as_signed.auth_type) &&
         (said.adapter || now.adapter_id == as_signed.adapter_id) &&
         (said.allow_private || !now.allow_private || as_signed.allow_private);
}

bool is_within(const Destination& now, const Destination& as_signed) {
  // Without the place where it is renewed, a login would be sent where its tokens go.
  if (now.auth_type == oauth_auth_type && now.origins != as_signed.origins) return false;
  return now.adapter_id == as_signed.adapter_id && now.auth_type == as_signed.auth_type &&
         now.endpoint == as_signed.endpoint && now.allow_private == as_signed.allow_private &&
         std::ranges::includes(as_signed.origins, now.origins);
}

bool leads_where_shown(const Destination& now, const KeyStatement& shown) {
  return now.adapter_id == shown.adapter_id && now.auth_type == shown.auth_type &&
         now.endpoint == shown.endpoint && now.origins == shown.origins &&
         now.allow_private == shown.allow_private;
}

bool is_switched_on_behind_our_back(const Key& key, const Seal& seal) {
  return key.is_active && seal.deactivated_activation == key.activation;
}

crypto::Bytes withdrawn(const crypto::Bytes& signature) {
  if (signature.size() != crypto::Signature{}.size()) return signature;
  const auto digest = crypto::sha256(signature);
  return {digest.begin(), digest.end()};
}

bool is_withdrawn(const Seal& seal) {
  return seal.signature.size() == crypto::Sha256Digest{}.size();
}

bool was_signed(const Owner& owner, const KeyStatement& statement, const Seal& seal) {
  // Ed25519 signs the same statement with the same key the same way.
  const crypto::Signature again = owner.sign(statement.text());
  return is_withdrawn(seal) && withdrawn({again.begin(), again.end()}) == seal.signature;
}

bool is_signed_as_stored(const VaultIdentity& identity, const Key& key, const Seal& seal) {
  const std::optional<Destination> destination = destination_of(seal);
  return destination &&
         is_signed_by_owner(
             identity, statement_for(identity, key, *destination).text(), seal.signature);
}

Status write_seal(store::Database& database,
                  const VaultIdentity& identity,
                  const Owner& owner,
                  const NewSeal& seal) {
  Key key = seal.key;
  ++key.activation;
  const std::string statement = statement_for(identity, key, seal.destination).text();
  const crypto::Signature signature = owner.sign(statement);
  if (!is_signed_by_owner(identity, statement, signature)) return wrong_owner();

  store::Statement upsert = PATCHBAY_TRY(store::Statement::prepare(database, upsert_seal));
  upsert.bind(1, key.id).bind(2, key.key_version).bind(3, key.activation);
  upsert.bind(4, seal.destination.json()).bind(5, seal.destination.allow_private ? 1 : 0);
  upsert.bind(6, signature).bind(7, owner.name());
  return upsert.bind(8, seal.sealed_at).run();
}

}  // namespace patchbay::host
