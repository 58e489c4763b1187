// Whether a provider is asked at all: failure after failure makes a pause, one request ends it.
#include "host/registry/provider_health.hpp"

#include "core/base/text.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/registry.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::host {
namespace {

struct PauseRule {
  std::string_view cause;
  std::int64_t failures_max;    // so many in a row make a pause
  std::int64_t forgotten_ms;    // an older failure does not count
  std::int64_t pause_first_ms;  // the next one is twice as long
  std::int64_t pause_max_ms;
};

// An upstream that only fails is left alone for a little while, since a person may wait for it. An
// adapter that breaks its contract will do so again.
constexpr PauseRule upstream_rule{"upstream", 8, 60'000, 4'000, 60'000};
constexpr PauseRule plugin_rule{"plugin", 5, 600'000, 600'000, 600'000};
constexpr std::array rules{upstream_rule, plugin_rule};

// The request that is let through has so long to tell; one that died must not block for ever.
constexpr std::int64_t probe_ms = 60'000;
constexpr std::size_t reason_size_max = 200;  // bytes

struct Health {
  std::int64_t failures = 0;
  std::int64_t last_failure_unix_ms = 0;
  std::int64_t pauses = 0;  // one after the other, without an answer between
  std::int64_t paused_until_unix_ms = 0;
  std::int64_t probe_until_unix_ms = 0;
  std::string reason;
};

Result<std::optional<Health>> read_health(store::Database& database,
                                          std::string_view provider_id,
                                          std::string_view cause) {
  store::Statement row = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT failures, unixepoch(last_failure_at), pauses, unixepoch(paused_until),"
      " unixepoch(probe_until), last_reason FROM patchbay_provider_health"
      " WHERE provider_id = ?1 AND cause = ?2"));
  row.bind(1, provider_id).bind(2, cause);
  if (!PATCHBAY_TRY(row.step())) return std::optional<Health>();
  Health health;
  health.failures = row.integer(0);
  health.last_failure_unix_ms = row.integer(1) * 1000;
  health.pauses = row.integer(2);
  health.paused_until_unix_ms = row.integer(3) * 1000;
  health.probe_until_unix_ms = row.integer(4) * 1000;
  health.reason = row.text(5);
  return std::optional<Health>(std::move(health));
}

Status write_health(store::Database& database,
                    std::string_view provider_id,
                    std::string_view cause,
                    const Health& health) {
  const auto time = [](std::int64_t unix_ms) {
    return unix_ms == 0 ? std::optional<std::string>() : sql_timestamp_after(unix_ms);
  };
  store::Statement write = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_provider_health (provider_id, cause, failures, first_failure_at,"
      " last_failure_at, pauses, paused_until, probe_until, last_reason)"
      " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)"
      " ON CONFLICT (provider_id, cause) DO UPDATE SET failures = excluded.failures,"
      " first_failure_at = iif(excluded.failures = 1, excluded.first_failure_at, first_failure_at),"
      " last_failure_at = excluded.last_failure_at, pauses = excluded.pauses,"
      " paused_until = excluded.paused_until, probe_until = excluded.probe_until,"
      " last_reason = excluded.last_reason"));
  write.bind(1, provider_id).bind(2, cause).bind(3, health.failures);
  write.bind(4, time(health.last_failure_unix_ms)).bind(5, health.pauses);
  write.bind(6, time(health.paused_until_unix_ms)).bind(7, time(health.probe_until_unix_ms));
  return write.bind(8, health.reason).run();
}

// One more failure. A pause is not made longer by those who were already on their way.
void count_failure(Health& health, const PauseRule& rule, std::int64_t now) {
  const bool was_probe = health.pauses > 0 && health.probe_until_unix_ms > 0;
  if (health.paused_until_unix_ms > now) return;
  const bool is_old = now - health.last_failure_unix_ms > rule.forgotten_ms;
  if (is_old && !was_probe) health = Health{};
  ++health.failures;
  health.last_failure_unix_ms = now;
  if (!was_probe && health.failures < rule.failures_max) return;
  const std::int64_t doublings = std::min<std::int64_t>(health.pauses, 16);
  health.paused_until_unix_ms = now + std::min(rule.pause_first_ms << doublings, rule.pause_max_ms);
  health.probe_until_unix_ms = 0;
  ++health.pauses;
}

std::optional<CoolDown> pause_of(std::int64_t until_unix_ms,
                                 std::string_view reason,
                                 std::int64_t now) {
  if (until_unix_ms <= now) return std::nullopt;
  return CoolDown{{}, until_unix_ms, std::string(reason)};
}

}  // namespace

Status forget_health(store::Database& database, std::string_view provider_id) {
  store::Statement forget = PATCHBAY_TRY(store::Statement::prepare(
      database, "DELETE FROM patchbay_provider_health WHERE provider_id = ?1"));
  return forget.bind(1, provider_id).run();
}

Result<std::map<std::string, CoolDown>> read_pauses(store::Database& database,
                                                    std::int64_t unix_ms) {
  store::Statement rows = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT provider_id, max(coalesce(unixepoch(paused_until), 0),"
      " coalesce(unixepoch(probe_until), 0)), last_reason FROM patchbay_provider_health"
      " WHERE pauses > 0"));
  std::map<std::string, CoolDown> pauses;
  while (PATCHBAY_TRY(rows.step())) {
    const auto pause = pause_of(rows.integer(1) * 1000, rows.text(2), unix_ms);
    if (!pause) continue;
    CoolDown& longest = pauses[std::string(rows.text(0))];
    if (pause->until_unix_ms > longest.until_unix_ms) longest = *pause;
  }
  return pauses;
}

Status Registry::note_provider(const std::string& provider_id,
                               ProviderNews news,
                               std::string_view reason) {
  if (provider_id.empty()) return {};
  if (news == ProviderNews::Answered || news == ProviderNews::Nothing) {
    // Looked at first, so that the usual case writes nothing.
    bool is_known = false;
    for (const PauseRule& rule : rules)
      is_known = is_known || PATCHBAY_TRY(read_health(database_, provider_id, rule.cause));
    if (!is_known) return {};
    if (news == ProviderNews::Answered) return forget_health(database_, provider_id);
    store::Statement release = PATCHBAY_TRY(store::Statement::prepare(
        database_,
        "UPDATE patchbay_provider_health SET probe_until = NULL WHERE provider_id = ?1"));
    return release.bind(1, provider_id).run();
  }
  const PauseRule& rule = news == ProviderNews::PluginFailed ? plugin_rule : upstream_rule;
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  Health health = PATCHBAY_TRY(read_health(database_, provider_id, rule.cause)).value_or(Health{});
  count_failure(health, rule, clock_.unix_ms());
  health.reason = printable(shortened(reason, reason_size_max));
  PATCHBAY_TRY(write_health(database_, provider_id, rule.cause, health));
  return transaction.commit();
}

Result<Admission> Registry::admit(const std::string& provider_id) {
  bool is_troubled = false;
  for (const PauseRule& rule : rules) {
    const auto seen = PATCHBAY_TRY(read_health(database_, provider_id, rule.cause));
    is_troubled = is_troubled || (seen && seen->pauses > 0);
  }
  if (!is_troubled) return Admission{};
  // Read again within a transaction: of all that come now, one is let through.
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const std::int64_t now = clock_.unix_ms();
  Admission admission;
  for (const PauseRule& rule : rules) {
    auto health = PATCHBAY_TRY(read_health(database_, provider_id, rule.cause));
    if (!health || health->pauses == 0) continue;
    const bool is_paused = health->paused_until_unix_ms > now;
    if (is_paused || health->probe_until_unix_ms > now) {
      const std::int64_t until =
          is_paused ? health->paused_until_unix_ms : health->probe_until_unix_ms;
      return Admission{is_paused ? Gate::Paused : Gate::Probed,
                       CoolDown{{}, until, std::move(health->reason)}};
    }
    health->probe_until_unix_ms = now + probe_ms;
    PATCHBAY_TRY(write_health(database_, provider_id, rule.cause, *health));
    admission.gate = Gate::Probe;
  }
  PATCHBAY_TRY(transaction.commit());
  return admission;
}

}  // namespace patchbay::host
