#include "host/registry/key_rows.hpp"

#include "core/base/text.hpp"
#include "host/registry/rows.hpp"

#include <string>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::string_view select_row =
    "SELECT k.id, k.provider_id, k.key_value, coalesce(k.environment, 'default'), k.is_active,"
    " k.last_used_at, k.created_at, k.updated_at, s.label, s.user, s.priority, z.key_version,"
    " z.activation, z.deactivated_activation, z.deactivated_reason, z.origins, z.allow_private,"
    " z.signature, cast((julianday(k.last_used_at) - 2440587.5) * 86400000 AS INTEGER)"
    " FROM api_keys k LEFT JOIN patchbay_key_settings s ON s.key_id = k.id"
    " LEFT JOIN patchbay_key_seals z ON z.key_id = k.id WHERE k.rowid = ?1";

KeyRow key_of_row(const store::Statement& row) {
  KeyRow result;
  Key& key = result.key;
  key.id = row.text(0);
  key.provider_id = row.text(1);
  key.token = row.text(2);
  key.environment = row.text(3);
  key.is_active = row.integer(4) != 0;
  key.last_used_at = row.optional_text(5);
  key.created_at = row.text(6);
  key.updated_at = row.text(7);
  key.label = row.text(8);
  key.user = row.text(9);
  key.priority = row.integer(10);
  key.key_version = row.integer(11);
  key.activation = row.integer(12);
  if (!row.is_null(13)) result.seal.deactivated_activation = row.integer(13);
  if (!key.is_active && result.seal.deactivated_activation == key.activation)
    key.inactive_reason = row.text(14);
  result.seal.destination = row.text(15);
  result.seal.allow_private = row.integer(16) != 0;
  const auto signature = row.blob(17);
  result.seal.signature.assign(signature.begin(), signature.end());
  key.last_used_unix_ms = row.integer(18);
  return result;
}

Result<std::vector<KeyRow>> read_rows(store::Database& database,
                                      const std::vector<std::int64_t>& numbers) {
  std::vector<KeyRow> keys;
  PATCHBAY_TRY(read_each(database, numbers, select_row, [&](const store::Statement& row) {
    keys.push_back(key_of_row(row));
  }));
  return keys;
}

}  // namespace

Result<std::vector<KeyRow>> read_key_rows(store::Database& database, std::string_view provider_id) {
  const std::string_view sql = provider_id.empty()
                                   ? "SELECT rowid FROM api_keys"
                                   : "SELECT rowid FROM api_keys WHERE provider_id = ?1";
  return read_rows(database, PATCHBAY_TRY(row_numbers(database, sql, provider_id)));
}

Result<KeyRow> read_key_row(store::Database& database, std::string_view key_id) {
  const std::vector<std::int64_t> numbers =
      PATCHBAY_TRY(row_numbers(database, "SELECT rowid FROM api_keys WHERE id = ?1", key_id));
  std::vector<KeyRow> rows = PATCHBAY_TRY(read_rows(database, numbers));
  if (!key_id.empty() && rows.size() == 1) return std::move(rows.front());
  return Error{ErrorCode::NotFound,
               "there is no key with the id " + printable(shortened(key_id, 100)),
               "see `patchbay key list`",
               {}};
}

}  // namespace patchbay::host
