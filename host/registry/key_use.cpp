#include "host/registry/key_use.hpp"

#include "core/base/clock.hpp"
#include "core/store/statement.hpp"
#include "host/outcome.hpp"

namespace patchbay::host {

Status note_key_used(store::Database& database, std::string_view key_id, std::int64_t unix_ms) {
  // The times that other programs wrote have a 'T', fractions or a zone: julianday() knows all.
  store::Statement used = PATCHBAY_TRY(
      store::Statement::prepare(database,
                                "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1"
                                " AND coalesce(julianday(last_used_at), 0) < julianday(?2)"));
  PATCHBAY_TRY(used.bind(1, key_id).bind(2, sql_timestamp(unix_ms)).run());
  store::Statement proven = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE patchbay_key_health SET failures = 0, first_failure_at = NULL,"
      " cooldown_until = iif(last_reason = ?2, NULL, cooldown_until)"
      " WHERE key_id = ?1 AND model = '' AND failures > 0"));
  return proven.bind(1, key_id).bind(2, to_string(Category::AuthInvalid)).run();
}

Status end_cool_downs(store::Database& database,
                      std::string_view key_id,
                      std::string_view model,
                      std::int64_t started_unix_ms) {
  store::Statement ended = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "DELETE FROM patchbay_key_health WHERE key_id = ?1"
      " AND model IN ('', ?2) AND julianday(updated_at) <= julianday(?3)"));
  return ended.bind(1, key_id).bind(2, model).bind(3, sql_timestamp(started_unix_ms)).run();
}

}  // namespace patchbay::host
