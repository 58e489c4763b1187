// Whether keys may be used as they stand.
#include "core/base/text.hpp"
#include "host/registry/key_rows.hpp"
#include "host/registry/key_seal.hpp"
#include "host/registry/provider_rows.hpp"
#include "host/registry/registry.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace patchbay::host {
namespace {

// Without its plugin a key goes nowhere; it is sound while the rows say what was signed.
bool is_sound_without_plugin(const Provider& provider, const Seal& seal) {
  const std::optional<Destination> signed_for = destination_of(seal);
  const std::string pinned = provider.setting("adapter");
  return signed_for && signed_for->endpoint == provider.endpoint_url &&
         signed_for->auth_type == provider.auth_type &&
         signed_for->allow_private == provider.allows_private() &&
         (pinned.empty() || pinned == signed_for->adapter_id);
}

struct Signers {
  const VaultIdentity& identity;
  const Catalog& catalog;
};

SealState state_of(const Signers& signers, const Provider& provider, const KeyRow& row) {
  if (row.seal.signature.empty()) return SealState::Unsealed;
  if (is_withdrawn(row.seal)) return row.key.is_active ? SealState::Tampered : SealState::Withdrawn;
  if (is_switched_on_behind_our_back(row.key, row.seal)) return SealState::Tampered;
  const std::optional<Adapter> adapter = Registry::adapter_of(signers.catalog, provider);
  if (!adapter) {
    const bool is_sound = is_sound_without_plugin(provider, row.seal) &&
                          is_signed_as_stored(signers.identity, row.key, row.seal);
    return is_sound ? SealState::Sealed : SealState::Tampered;
  }
  const Result<Destination> now = destination_of(*adapter, provider);
  if (!now.ok()) return SealState::Tampered;
  const std::optional<Destination> as_signed = destination_of(row.seal);
  const Destination& expected =
      as_signed && is_within(now.value(), *as_signed) ? *as_signed : now.value();
  const KeyStatement statement = statement_for(signers.identity, row.key, expected);
  return is_signed_by_owner(signers.identity, statement.text(), row.seal.signature)
             ? SealState::Sealed
             : SealState::Tampered;
}

Error refusal(const Provider& provider, const Key& key, SealState state) {
  const std::string name = "the key " + key.id + " of '" + provider.name + "'";
  if (state == SealState::Unsealed)
    return Error{
        ErrorCode::Tampered,
        name + " is not sealed: nobody has approved where it may be sent",
        "look at it with `patchbay key list`, then run `patchbay key approve " + key.id + "`",
        provider.name};
  return Error{ErrorCode::Tampered,
               name + " is tampered with: its rows differ from what the owner signed",
               {},
               provider.name};
}

}  // namespace

Result<std::vector<Key>> Registry::keys(const Catalog& catalog,
                                        std::string_view provider_id) const {
  std::map<std::string, Provider> providers;
  for (Provider& provider : PATCHBAY_TRY(read_providers(database_)))
    providers.emplace(provider.id, std::move(provider));
  auto cool_downs = PATCHBAY_TRY(read_cool_downs(database_, clock_.unix_ms()));
  std::vector<Key> keys;
  for (KeyRow& row : PATCHBAY_TRY(read_key_rows(database_, provider_id))) {
    const auto provider = providers.find(row.key.provider_id);
    // A key of no provider was sealed for one that is gone, or never.
    const SealState orphan = row.seal.signature.empty() ? SealState::Unsealed : SealState::Tampered;
    row.key.seal = provider == providers.end()
                       ? orphan
                       : state_of({identity_, catalog}, provider->second, row);
    if (const auto found = cool_downs.find(row.key.id); found != cool_downs.end())
      row.key.cool_downs = std::move(found->second);
    keys.push_back(std::move(row.key));
  }
  std::ranges::sort(
      keys, {}, [](const Key& key) { return std::tuple(key.priority, key.created_at, key.id); });
  return keys;
}

Result<Destination> Registry::current_destination(const Catalog& catalog,
                                                  const Provider& provider) const {
  const std::optional<Adapter> adapter = adapter_of(catalog, provider);
  if (adapter) return destination_of(*adapter, provider);
  return Error{ErrorCode::NoAdapter,
               "no plugin serves the provider '" + provider.name + "'",
               {},
               provider.name};
}

Status Registry::check_destination(const Catalog& catalog, const Provider& provider) const {
  const Destination now = PATCHBAY_TRY(current_destination(catalog, provider));
  for (const KeyRow& row : PATCHBAY_TRY(read_key_rows(database_, provider.id))) {
    if (!row.key.is_active || !is_signed_as_stored(identity_, row.key, row.seal)) continue;
    const auto as_signed = destination_of(row.seal);
    if (as_signed && leads_where_signed(now, *as_signed)) continue;
    return Error{ErrorCode::Tampered,
                 "the provider '" + provider.name +
                     "' was changed behind its owner's back: it"
                     " leads to " +
                     joined(now.origins, ", ") + " as " + now.auth_type +
                     ", but its keys were signed for " +
                     (as_signed ? joined(as_signed->origins, ", ") + " as " + as_signed->auth_type
                                : std::string("another place")),
                 "say where it is, eg `patchbay provider set " + provider.name + " --endpoint " +
                     (as_signed ? as_signed->endpoint : now.endpoint) + "`",
                 provider.name};
  }
  return {};
}

Result<KeyStatement> Registry::statement_of(const Catalog& catalog,
                                            const Provider& provider,
                                            const Key& key) const {
  return statement_for(identity_, key, PATCHBAY_TRY(current_destination(catalog, provider)));
}

Result<KeyStatement> Registry::checked_statement(const Catalog& catalog,
                                                 const Provider& provider,
                                                 const Key& key) const {
  const KeyRow stored = PATCHBAY_TRY(read_key_row(database_, key.id));
  if (!stored.key.is_active)
    return Error{ErrorCode::Inactive,
                 "the key " + key.id + " of '" + provider.name + "' is switched off",
                 "enable it with `patchbay key enable`",
                 provider.name};
  const SealState state = state_of({identity_, catalog}, provider, {key, stored.seal});
  if (state != SealState::Sealed) return refusal(provider, key, state);
  return statement_of(catalog, provider, key);
}

}  // namespace patchbay::host
