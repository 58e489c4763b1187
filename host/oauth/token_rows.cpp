#include "host/oauth/token_rows.hpp"

#include "core/base/clock.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"

#include <utility>

namespace patchbay::host {

Result<std::optional<TokenRow>> read_token_row(store::Database& database,
                                               const std::string& key_id) {
  store::Statement select = PATCHBAY_TRY(
      store::Statement::prepare(database,
                                "SELECT grant_sha256, token, key_version FROM patchbay_key_tokens"
                                " WHERE key_id = ?1 AND token <> ''"));
  select.bind(1, key_id);
  if (!PATCHBAY_TRY(select.step())) return std::optional<TokenRow>();
  TokenRow row;
  row.grant_sha256 = select.text(0);
  row.token = select.text(1);
  row.key_version = select.integer(2);
  return std::optional<TokenRow>(std::move(row));
}

Status write_token_row(store::Database& database,
                       const std::string& key_id,
                       const TokenRow& row,
                       std::int64_t unix_ms) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  store::Statement upsert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_key_tokens (key_id, grant_sha256, token, key_version, updated_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT (key_id) DO UPDATE SET grant_sha256 = excluded.grant_sha256,"
      " token = excluded.token, key_version = excluded.key_version,"
      " updated_at = excluded.updated_at, lease_holder = NULL, lease_until_unix_ms = 0"));
  upsert.bind(1, key_id).bind(2, row.grant_sha256).bind(3, row.token).bind(4, row.key_version);
  PATCHBAY_TRY(upsert.bind(5, sql_timestamp(unix_ms)).run());
  return transaction.commit();
}

Result<bool> take_lease(store::Database& database, const Lease& lease) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  store::Statement upsert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_key_tokens (key_id, lease_holder, lease_until_unix_ms, updated_at)"
      " VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT (key_id) DO UPDATE SET lease_holder = excluded.lease_holder,"
      " lease_until_unix_ms = excluded.lease_until_unix_ms"
      " WHERE patchbay_key_tokens.lease_until_unix_ms <= ?5"
      " RETURNING key_id"));
  upsert.bind(1, lease.key_id).bind(2, lease.holder).bind(3, lease.until_unix_ms);
  upsert.bind(4, sql_timestamp(lease.now_unix_ms)).bind(5, lease.now_unix_ms);
  const bool is_taken = PATCHBAY_TRY(upsert.step());
  upsert.reset();
  PATCHBAY_TRY(transaction.commit());
  return is_taken;
}

Status end_lease(store::Database& database, const Lease& lease) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  store::Statement update = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE patchbay_key_tokens SET lease_holder = NULL, lease_until_unix_ms = 0"
      " WHERE key_id = ?1 AND lease_holder = ?2"));
  PATCHBAY_TRY(update.bind(1, lease.key_id).bind(2, lease.holder).run());
  return transaction.commit();
}

}  // namespace patchbay::host
