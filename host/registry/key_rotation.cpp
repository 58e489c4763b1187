// Moving the stored tokens to another version of the Fernet key.
#include "core/base/text.hpp"
#include "core/crypto/hash.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/key_rows.hpp"
#include "host/registry/key_seal.hpp"
#include "host/registry/registry.hpp"
#include "host/registry/rows.hpp"

#include <optional>
#include <utility>

namespace patchbay::host {
namespace {

// The seal that a key has now, which only its owner can tell of a key that was switched off.
enum class SealNow : std::uint8_t { Signed, Withdrawn, Neither };

SealNow seal_of(const VaultIdentity& identity,
                const Owner& owner,
                const KeyRow& row,
                const Destination& destination) {
  if (is_switched_on_behind_our_back(row.key, row.seal)) return SealNow::Neither;
  if (is_signed_as_stored(identity, row.key, row.seal)) return SealNow::Signed;
  const bool is_off = !row.key.is_active && is_withdrawn(row.seal);
  return is_off && was_signed(owner, statement_for(identity, row.key, destination), row.seal)
             ? SealNow::Withdrawn
             : SealNow::Neither;
}

// Nothing but the token that was read is replaced: whatever came in between stays.
Result<bool> replace_token(store::Database& database,
                           const Key& old,
                           const Key& row,
                           const std::optional<std::string>& updated_at) {
  store::Statement update = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE api_keys SET key_value = ?3, updated_at = coalesce(?4, updated_at)"
      " WHERE id = ?1 AND key_value = ?2"));
  update.bind(1, old.id).bind(2, old.token).bind(3, row.token).bind(4, updated_at);
  PATCHBAY_TRY(update.run());
  return database.changes() == 1;
}

// The key stays switched off; its owner can switch it on again, and nobody else.
Status write_withdrawn_seal(store::Database& database,
                            const VaultIdentity& identity,
                            const Owner& owner,
                            const Key& row,
                            const Destination& destination) {
  const crypto::Signature signature = owner.sign(statement_for(identity, row, destination).text());
  store::Statement update = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE patchbay_key_seals SET key_version = ?2, signature = ?3 WHERE key_id = ?1"));
  update.bind(1, row.id).bind(2, row.key_version);
  return update.bind(3, withdrawn({signature.begin(), signature.end()})).run();
}

}  // namespace

Result<std::vector<std::string>> Registry::keys_of_older_versions(const Vault& vault) const {
  std::vector<std::string> ids;
  for (const KeyRow& row : PATCHBAY_TRY(read_key_rows(database_)))
    if (row.key.key_version != 0 && row.key.key_version < vault.active_version() &&
        vault.is_derived(row.key.key_version))
      ids.push_back(row.key.id);
  return ids;
}

Result<bool> Registry::move_token(const std::string& key_id,
                                  const Vault& vault,
                                  const Owner& owner) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const KeyRow old = PATCHBAY_TRY(read_key_row(database_, key_id));
  if (old.key.key_version == vault.active_version()) return true;
  const std::optional<Destination> destination = destination_of(old.seal);
  if (!destination) return false;
  const SealNow seal = seal_of(identity_, owner, old, *destination);
  if (seal == SealNow::Neither) return false;
  const Result<SecretBytes> credential = vault.decrypt(old.key.token, old.key.key_version);
  if (!credential.ok()) return false;

  const std::int64_t unix_ms = clock_.unix_ms();
  const auto encrypted = PATCHBAY_TRY(vault.encrypt(credential.value(), unix_ms / 1000));
  Key row = old.key;
  row.token = encrypted.token;
  row.key_version = encrypted.key_version;
  const std::optional<std::string> updated_at = PATCHBAY_TRY(change_time(database_, clock_));
  if (!PATCHBAY_TRY(replace_token(database_, old.key, row, updated_at))) return false;
  if (seal == SealNow::Signed) {
    const NewSeal signed_anew{row, *destination, sql_timestamp(unix_ms)};
    PATCHBAY_TRY(write_seal(database_, identity_, owner, signed_anew));
  } else {
    PATCHBAY_TRY(write_withdrawn_seal(database_, identity_, owner, row, *destination));
  }
  const std::string words = "version " + std::to_string(row.key_version);
  PATCHBAY_TRY(record({"key.reencrypt", key_id, words}, &owner));
  PATCHBAY_TRY(transaction.commit());
  return true;
}

Status Registry::record(const AuditEvent& event, const Owner* owner) {
  const AuditAuthor author{identity_, sql_timestamp(clock_.unix_ms()), owner, actor_};
  return write_audit(database_, author, event);
}

}  // namespace patchbay::host
