#include "core/base/text.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/key_rows.hpp"
#include "host/registry/registry.hpp"

#include <utility>

namespace patchbay::host {
namespace {

constexpr std::int64_t confirmation_interval_ms = 60'000;
constexpr std::size_t code_size_max = 200;  // bytes

// Milliseconds since the first refusal of the present row of refusals; empty: there is none.
Result<std::optional<std::int64_t>> first_refusal(store::Database& database,
                                                  std::string_view key_id) {
  store::Statement query = PATCHBAY_TRY(
      store::Statement::prepare(database,
                                "SELECT unixepoch(first_failure_at) FROM patchbay_key_health"
                                " WHERE key_id = ?1 AND model = '' AND failures > 0"));
  query.bind(1, key_id);
  if (!PATCHBAY_TRY(query.step()) || query.is_null(0)) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(query.integer(0) * 1000);
}

}  // namespace

Result<RefusalState> Registry::note_refusal(const std::string& key_id,
                                            Category category,
                                            std::string_view code,
                                            std::int64_t unix_ms) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const std::optional<std::int64_t> first = PATCHBAY_TRY(first_refusal(database_, key_id));
  const bool is_confirmed = first && unix_ms - *first >= confirmation_interval_ms;
  store::Statement note = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "INSERT INTO patchbay_key_health"
      " (key_id, model, cooldown_until, failures, first_failure_at, last_reason, last_code,"
      " updated_at) VALUES (?1, '', ?2, 1, ?3, ?4, ?5, ?3)"
      " ON CONFLICT (key_id, model) DO UPDATE SET cooldown_until = excluded.cooldown_until,"
      " failures = failures + 1,"
      " first_failure_at = coalesce(first_failure_at, excluded.first_failure_at),"
      " last_reason = excluded.last_reason, last_code = excluded.last_code,"
      " updated_at = excluded.updated_at"));
  note.bind(1, key_id).bind(2, sql_timestamp(unix_ms + confirmation_interval_ms));
  note.bind(3, sql_timestamp(unix_ms)).bind(4, to_string(category));
  note.bind(5, printable(shortened(code, code_size_max)));
  PATCHBAY_TRY(note.run());
  PATCHBAY_TRY(transaction.commit());
  return is_confirmed ? RefusalState::Confirmed : RefusalState::Suspected;
}

Status Registry::cool_key_down(const std::string& key_id,
                               const CoolDown& cool_down,
                               std::string_view code) {
  // A longer one that is under way stays: an answer that was late says nothing newer.
  store::Statement note = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "INSERT INTO patchbay_key_health (key_id, model, cooldown_until, last_reason, last_code,"
      " updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
      " ON CONFLICT (key_id, model) DO UPDATE SET"
      " cooldown_until = iif(coalesce(julianday(cooldown_until), 0)"
      " > julianday(excluded.cooldown_until), cooldown_until, excluded.cooldown_until),"
      " last_reason = excluded.last_reason, last_code = excluded.last_code,"
      " updated_at = excluded.updated_at"));
  note.bind(1, key_id).bind(2, cool_down.model);
  note.bind(3, sql_timestamp_after(cool_down.until_unix_ms));
  note.bind(4, cool_down.reason).bind(5, printable(shortened(code, code_size_max)));
  return note.bind(6, sql_timestamp(clock_.unix_ms())).run();
}

Result<std::map<std::string, std::vector<CoolDown>>> read_cool_downs(store::Database& database,
                                                                     std::int64_t unix_ms) {
  store::Statement rows = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT key_id, model, unixepoch(cooldown_until), last_reason FROM patchbay_key_health"
      " WHERE julianday(cooldown_until) > julianday(?1) ORDER BY key_id, model"));
  rows.bind(1, sql_timestamp(unix_ms));
  std::map<std::string, std::vector<CoolDown>> found;
  while (PATCHBAY_TRY(rows.step())) {
    CoolDown cool_down;
    cool_down.model = rows.text(1);
    cool_down.until_unix_ms = rows.integer(2) * 1000;
    cool_down.reason = rows.text(3);
    if (cool_down.until_unix_ms > unix_ms)
      found[std::string(rows.text(0))].push_back(std::move(cool_down));
  }
  return found;
}

}  // namespace patchbay::host
