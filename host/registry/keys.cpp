#include "core/base/id.hpp"
#include "core/base/text.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/key_rows.hpp"
#include "host/registry/key_seal.hpp"
#include "host/registry/key_use.hpp"
#include "host/registry/provider_rows.hpp"
#include "host/registry/provider_rules.hpp"
#include "host/registry/registry.hpp"
#include "host/registry/rows.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t reason_size_max = 500;  // bytes
constexpr std::string_view replaced_reason = "replaced by a newer key";
constexpr std::size_t token_size_max = 64 * 1024;  // characters

Result<Provider> provider_of_key(store::Database& database, std::string_view provider_id) {
  std::optional<Provider> found = PATCHBAY_TRY(find_provider_by_id(database, provider_id));
  if (found) return std::move(*found);
  return Error{ErrorCode::NotFound,
               "there is no provider with the id " + printable(shortened(provider_id, 100)),
               "see `patchbay provider list`",
               {}};
}

bool sends_alike(const Provider& a, const Provider& b) {
  return a.endpoint_url == b.endpoint_url && a.auth_type == b.auth_type &&
         a.allows_private() == b.allows_private() && a.setting("adapter") == b.setting("adapter");
}

Status check_new_key(const Registry::NewKey& key) {
  PATCHBAY_TRY(check_environment(key.environment));
  PATCHBAY_TRY(check_user(key.user));
  PATCHBAY_TRY(check_label(key.label));
  if (trimmed(key.token).empty() || key.token.size() > token_size_max)
    return Error{ErrorCode::BadInput, "the encrypted key is empty, or too long", {}, {}};
  return {};
}

Status write_settings(store::Database& database, const Key& key) {
  store::Statement write = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_key_settings (key_id, label, user, priority) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT (key_id) DO UPDATE SET label = excluded.label, user = excluded.user,"
      " priority = excluded.priority"));
  write.bind(1, key.id).bind(2, key.label).bind(3, key.user).bind(4, key.priority);
  return write.run();
}

Status insert_key(store::Database& database, const Key& key) {
  store::Statement row = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO api_keys (id, provider_id, key_value, environment, is_active, created_at,"
      " updated_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)"));
  row.bind(1, key.id).bind(2, key.provider_id).bind(3, key.token).bind(4, key.environment);
  PATCHBAY_TRY(row.bind(5, key.created_at).run());
  return write_settings(database, key);
}

std::string words_about(const Provider& provider, const Key& key, const Destination& destination) {
  return provider.name + ", environment " + key.environment + ", sent to " +
         joined(destination.origins, ", ");
}

enum class Switch : std::uint8_t { Off, On };

Status switch_key(store::Database& database,
                  const std::string& key_id,
                  Switch wanted,
                  const std::optional<std::string>& updated_at) {
  store::Statement update = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE api_keys SET is_active = ?2, updated_at = coalesce(?3, updated_at) WHERE id = ?1"));
  return update.bind(1, key_id).bind(2, wanted == Switch::On ? 1 : 0).bind(3, updated_at).run();
}

// The owner signs a statement that means nothing, which only the right owner's key can do.
Status check_owner(const VaultIdentity& identity, const Owner& owner, const std::string& key_id) {
  const std::string statement = "patchbay removal of key " + key_id;
  if (is_signed_by_owner(identity, statement, owner.sign(statement))) return {};
  return Error{
      ErrorCode::NotAllowed, "the owner's key is not the one that patchbay.toml names", {}, {}};
}

// The active keys that serve the same caller.
Result<std::vector<std::string>> keys_beside(store::Database& database,
                                             const Registry::NewKey& key) {
  store::Statement select = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT k.id FROM api_keys k LEFT JOIN patchbay_key_settings s ON s.key_id = k.id"
      " WHERE k.provider_id = ?1 AND coalesce(k.environment, 'default') = ?2"
      " AND coalesce(s.user, '') = ?3 AND k.is_active"));
  select.bind(1, key.provider_id).bind(2, key.environment).bind(3, key.user);
  std::vector<std::string> ids;
  while (PATCHBAY_TRY(select.step())) ids.emplace_back(select.text(0));
  return ids;
}

Error configured_already(const std::string& provider) {
  return Error{ErrorCode::AlreadyExists,
               "Provider '" + provider + "' already configured. Use --force to overwrite.",
               "or add a second key with `patchbay key add --provider " + provider + "`",
               provider};
}

Error goes_elsewhere_now(const std::string& provider, const Destination& destination) {
  return Error{ErrorCode::Tampered,
               "the provider '" + provider +
                   "' was changed while you were asked: its keys would go"
                   " to " +
                   joined(destination.origins, ", ") + " now",
               "look at it with `patchbay provider show " + provider + "`, then try again",
               provider};
}

}  // namespace

Result<Key> Registry::add_key(const Catalog& catalog, const NewKey& key, const Owner& owner) {
  PATCHBAY_TRY(check_new_key(key));
  Key row;
  row.id = PATCHBAY_TRY(new_uuid());
  row.provider_id = key.provider_id;
  row.token = key.token;
  row.environment = key.environment;
  row.label = key.label;
  row.user = key.user;
  row.priority = key.priority;
  row.key_version = key.key_version;
  row.created_at = sql_timestamp(clock_.unix_ms());
  row.updated_at = row.created_at;

  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const Provider provider = PATCHBAY_TRY(provider_of_key(database_, key.provider_id));
  // Within this transaction, so that of two at once the second one sees the first.
  const std::vector<std::string> others = PATCHBAY_TRY(keys_beside(database_, key));
  if (key.beside == Beside::None && !others.empty()) return configured_already(provider.name);
  const Destination destination = PATCHBAY_TRY(current_destination(catalog, provider));
  if (key.shown && !leads_where_shown(destination, *key.shown))
    return goes_elsewhere_now(provider.name, destination);
  if (key.beside == Beside::Replaces)
    for (const std::string& id : others) PATCHBAY_TRY(switch_off(id, replaced_reason));
  const NewSeal seal{row, destination, row.created_at};
  PATCHBAY_TRY(insert_key(database_, row));
  PATCHBAY_TRY(write_seal(database_, identity_, owner, seal));
  for (const std::string& old : key.replaces) PATCHBAY_TRY(switch_off(old, replaced_reason));
  if (key.is_proven) PATCHBAY_TRY(note_proof(row, provider));
  PATCHBAY_TRY(record({"key.add", row.id, words_about(provider, row, destination)}, &owner));
  PATCHBAY_TRY(transaction.commit());
  ++row.activation;
  row.seal = SealState::Sealed;
  return row;
}

Status Registry::seal_key(const Catalog& catalog,
                          const std::string& key_id,
                          const Owner& owner,
                          const std::optional<KeyStatement>& shown) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const KeyRow row = PATCHBAY_TRY(read_key_row(database_, key_id));
  if (row.key.key_version == 0)
    return Error{ErrorCode::BadInput,
                 "it is not known which Fernet key the key " + key_id + " is stored under",
                 "import that Fernet key with `patchbay vault import-fernet-key`, or enter the key"
                 " again",
                 {}};
  const Provider provider = PATCHBAY_TRY(provider_of_key(database_, row.key.provider_id));
  const Destination destination = PATCHBAY_TRY(current_destination(catalog, provider));
  if (shown && statement_for(identity_, row.key, destination).text() != shown->text())
    return goes_elsewhere_now(provider.name, destination);
  PATCHBAY_TRY(activate(row.key, destination, owner));
  PATCHBAY_TRY(
      record({"key.approve", key_id, words_about(provider, row.key, destination)}, &owner));
  return transaction.commit();
}

Status Registry::enable_key(const Catalog& catalog, const std::string& key_id, const Owner& owner) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const KeyRow row = PATCHBAY_TRY(read_key_row(database_, key_id));
  const Provider provider = PATCHBAY_TRY(provider_of_key(database_, row.key.provider_id));
  const Destination destination = PATCHBAY_TRY(current_destination(catalog, provider));
  const KeyStatement statement = statement_for(identity_, row.key, destination);
  if (!was_signed(owner, statement, row.seal) &&
      !is_signed_by_owner(identity_, statement.text(), row.seal.signature))
    return Error{ErrorCode::Tampered,
                 "this key is not what its owner signed",
                 "look where it would be sent, and seal it: patchbay key approve " + key_id,
                 provider.name};
  PATCHBAY_TRY(activate(row.key, destination, owner));
  PATCHBAY_TRY(record({"key.enable", key_id, words_about(provider, row.key, destination)}, &owner));
  return transaction.commit();
}

Status Registry::activate(const Key& key, const Destination& destination, const Owner& owner) {
  const NewSeal seal{key, destination, sql_timestamp(clock_.unix_ms())};
  PATCHBAY_TRY(write_seal(database_, identity_, owner, seal));
  const std::optional<std::string> updated_at = PATCHBAY_TRY(change_time(database_, clock_));
  if (!key.is_active) PATCHBAY_TRY(switch_key(database_, key.id, Switch::On, updated_at));
  store::Statement recovered = PATCHBAY_TRY(
      store::Statement::prepare(database_, "DELETE FROM patchbay_key_health WHERE key_id = ?1"));
  return recovered.bind(1, key.id).run();
}

Result<Registry::Resealed> Registry::reseal_keys(const Catalog& catalog,
                                                 const Provider& provider,
                                                 const Owner& owner,
                                                 const Said& said) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const Provider row = PATCHBAY_TRY(provider_of_key(database_, provider.id));
  if (!sends_alike(row, provider)) return changed_meanwhile(row);
  NewSeal seal{
      {}, PATCHBAY_TRY(current_destination(catalog, row)), sql_timestamp(clock_.unix_ms())};
  Resealed count;
  for (const KeyRow& key : PATCHBAY_TRY(read_key_rows(database_, row.id))) {
    if (!key.key.is_active || is_switched_on_behind_our_back(key.key, key.seal) ||
        !is_signed_as_stored(identity_, key.key, key.seal))
      continue;
    const auto as_signed = destination_of(key.seal);
    if (!as_signed || !leads_where_signed(seal.destination, *as_signed, said)) {
      ++count.left;
      continue;
    }
    seal.key = key.key;
    PATCHBAY_TRY(write_seal(database_, identity_, owner, seal));
    ++count.sealed;
  }
  const std::string words =
      std::to_string(count.sealed) + " keys, sent to " + joined(seal.destination.origins, ", ");
  if (count.sealed > 0) PATCHBAY_TRY(record({"key.reseal", row.name, words}, &owner));
  PATCHBAY_TRY(transaction.commit());
  return count;
}

Status Registry::change_key(const std::string& key_id,
                            const KeyChange& change,
                            const Owner& owner) {
  PATCHBAY_TRY(check_user(change.user.value_or("")));
  PATCHBAY_TRY(check_label(change.label.value_or("")));
  PATCHBAY_TRY(check_owner(identity_, owner, key_id));
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  KeyRow row = PATCHBAY_TRY(read_key_row(database_, key_id));
  const bool is_signed = !is_switched_on_behind_our_back(row.key, row.seal) &&
                         is_signed_as_stored(identity_, row.key, row.seal);
  const bool changes_user = change.user && *change.user != row.key.user;
  if (changes_user && !row.key.is_active)
    return Error{ErrorCode::Inactive,
                 "the key " + key_id + " is switched off: nothing is signed for it",
                 "run `patchbay key enable " + key_id + "` first"};
  if (changes_user && !is_signed)
    return Error{
        ErrorCode::Tampered,
        "the key " + key_id + " is not as its owner signed it",
        "look at it with `patchbay key list`, then run `patchbay key approve " + key_id + "`"};
  row.key.label = change.label.value_or(row.key.label);
  row.key.user = change.user.value_or(row.key.user);
  row.key.priority = change.priority.value_or(row.key.priority);
  PATCHBAY_TRY(write_settings(database_, row.key));
  if (changes_user) {
    // Signed for where it went before: a changed provider stays a change that nobody approved.
    const std::optional<Destination> destination = destination_of(row.seal);
    const NewSeal seal{row.key, *destination, sql_timestamp(clock_.unix_ms())};
    PATCHBAY_TRY(write_seal(database_, identity_, owner, seal));
  }
  const std::string words = row.key.user.empty() ? "" : "of " + row.key.user;
  PATCHBAY_TRY(record({"key.change", key_id, words}, &owner));
  return transaction.commit();
}

Status Registry::set_version(const std::string& key_id, std::int64_t key_version) {
  if (key_version <= 0)
    return Error{ErrorCode::BadInput,
                 "a key version is a positive number, not " + std::to_string(key_version),
                 {},
                 {}};
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  PATCHBAY_TRY(read_key_row(database_, key_id));
  store::Statement write = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "INSERT INTO patchbay_key_seals (key_id, key_version) VALUES (?1, ?2)"
      " ON CONFLICT (key_id) DO UPDATE SET key_version = excluded.key_version"));
  PATCHBAY_TRY(write.bind(1, key_id).bind(2, key_version).run());
  return transaction.commit();
}

Status Registry::deactivate_key(const std::string& key_id, std::string_view reason) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  PATCHBAY_TRY(switch_off(key_id, reason));
  return transaction.commit();
}

Status Registry::switch_off(const std::string& key_id, std::string_view reason) {
  const KeyRow row = PATCHBAY_TRY(read_key_row(database_, key_id));
  // The first reason stays: what follows from an inactive key is no news.
  if (!row.key.is_active && row.seal.deactivated_activation == row.key.activation) return {};
  store::Statement record = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "INSERT INTO patchbay_key_seals (key_id, key_version, deactivated_activation,"
      " deactivated_reason, deactivated_at) VALUES (?1, 0, 0, ?2, ?3)"
      " ON CONFLICT (key_id) DO UPDATE SET deactivated_activation = activation,"
      " deactivated_reason = excluded.deactivated_reason,"
      " deactivated_at = excluded.deactivated_at, signature = ?4"));
  record.bind(1, key_id).bind(2, printable(shortened(reason, reason_size_max)));
  record.bind(3, sql_timestamp(clock_.unix_ms())).bind(4, withdrawn(row.seal.signature));
  PATCHBAY_TRY(record.run());
  PATCHBAY_TRY(this->record({"key.disable", key_id, std::string(reason)}));
  const std::optional<std::string> updated_at = PATCHBAY_TRY(change_time(database_, clock_));
  return row.key.is_active ? switch_key(database_, key_id, Switch::Off, updated_at) : Status();
}

Status Registry::remove_key(const std::string& key_id, const Owner& owner) {
  PATCHBAY_TRY(check_owner(identity_, owner, key_id));
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  PATCHBAY_TRY(read_key_row(database_, key_id));
  constexpr std::array<std::string_view, 6> removals{
      "DELETE FROM api_keys WHERE id = ?1",
      "DELETE FROM patchbay_key_settings WHERE key_id = ?1",
      "DELETE FROM patchbay_key_seals WHERE key_id = ?1",
      "DELETE FROM patchbay_key_health WHERE key_id = ?1",
      "DELETE FROM patchbay_key_proofs WHERE key_id = ?1",
      "DELETE FROM patchbay_key_tokens WHERE key_id = ?1",
  };
  for (const std::string_view sql : removals) {
    store::Statement remove = PATCHBAY_TRY(store::Statement::prepare(database_, sql));
    PATCHBAY_TRY(remove.bind(1, key_id).run());
  }
  PATCHBAY_TRY(record({"key.remove", key_id}, &owner));
  return transaction.commit();
}

Status Registry::mark_used(const std::string& key_id, std::int64_t unix_ms) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  PATCHBAY_TRY(note_key_used(database_, key_id, unix_ms));
  return transaction.commit();
}

}  // namespace patchbay::host
