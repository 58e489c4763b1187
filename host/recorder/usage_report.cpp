#include "host/recorder/usage_report.hpp"

#include "core/store/statement.hpp"
#include "host/recorder/hourly_rows.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace patchbay::host {
namespace {

struct Aspect {
  UsageBy by;
  std::string_view word;
  std::string_view column;  // of both tables
  bool is_of_provider;
};

constexpr std::array aspects{
    Aspect{UsageBy::Provider, "provider", "provider", false},
    Aspect{UsageBy::Key, "key", "coalesce(key_id, '')", true},
    Aspect{UsageBy::Model, "model", "coalesce(model, '')", true},
    Aspect{UsageBy::Environment, "environment", "coalesce(environment, '')", false},
    Aspect{UsageBy::User, "user", "coalesce(user, '')", false},
};

const Aspect& aspect_of(UsageBy by) {
  return *std::ranges::find(aspects, by, &Aspect::by);
}

// "name" and "whose", as the two first columns.
std::string group_columns(const Aspect& aspect) {
  return std::string(aspect.column) + " AS name, " + (aspect.is_of_provider ? "provider" : "''") +
         " AS whose";
}

// A group without latencies keeps them empty. Nearest rank: the smallest that so many reach.
Status add_percentiles(store::Database& database, const UsageQuery& query, UsageReport& report) {
  const std::string sql =
      "SELECT name, whose, latency_ms, place, placed FROM (SELECT name, whose, latency_ms,"
      " row_number() OVER (PARTITION BY name, whose ORDER BY latency_ms) AS place,"
      " count(*) OVER (PARTITION BY name, whose) AS placed FROM (SELECT " +
      group_columns(aspect_of(query.by)) +
      ", latency_ms FROM patchbay_attempts WHERE started_at >= ?1 AND outcome = 'ok'"
      " AND operation IN ('image', 'chat') AND latency_ms IS NOT NULL"
      " AND (?2 = '' OR provider = ?2)))"
      " WHERE place IN ((placed * 50 + 99) / 100, (placed * 95 + 99) / 100)";
  store::Statement rows = PATCHBAY_TRY(store::Statement::prepare(database, sql));
  rows.bind(1, report.since).bind(2, query.provider);
  std::map<std::pair<std::string, std::string>, UsageRow*> groups;
  for (UsageRow& row : report.rows) groups[{row.name, row.provider}] = &row;
  while (PATCHBAY_TRY(rows.step())) {
    const auto group = groups.find({std::string(rows.text(0)), std::string(rows.text(1))});
    if (group == groups.end()) continue;
    const std::int64_t place = rows.integer(3);
    const std::int64_t placed = rows.integer(4);
    if (place == (placed * 50 + 99) / 100) group->second->p50_ms = rows.integer(2);
    if (place == (placed * 95 + 99) / 100) group->second->p95_ms = rows.integer(2);
  }
  return {};
}

}  // namespace

std::string_view to_string(UsageBy by) noexcept {
  return aspect_of(by).word;
}

std::optional<UsageBy> usage_by_of(std::string_view word) noexcept {
  const auto* found = std::ranges::find(aspects, word, &Aspect::word);
  return found == aspects.end() ? std::nullopt : std::optional(found->by);
}

Result<UsageReport> usage_report(store::Database& database, const UsageQuery& query) {
  const std::string sql =
      "SELECT " + group_columns(aspect_of(query.by)) +
      ", sum(attempts), sum(iif(outcome = 'ok', attempts, 0)),"
      " sum(iif(outcome = 'cancelled', attempts, 0)), sum(images), sum(input_tokens),"
      " sum(output_tokens), sum(cost_nano_usd) FROM patchbay_usage_hourly"
      " WHERE hour >= ?1 AND operation IN ('image', 'chat') AND (?2 = '' OR provider = ?2)"
      " GROUP BY 1, 2 ORDER BY 9 DESC, 3 DESC, 1, 2";
  UsageReport report;
  report.since = hour_of(query.since_unix_ms);
  store::Statement rows = PATCHBAY_TRY(store::Statement::prepare(database, sql));
  rows.bind(1, report.since).bind(2, query.provider);
  while (PATCHBAY_TRY(rows.step())) {
    UsageRow row;
    row.name = rows.text(0);
    row.provider = rows.text(1);
    row.attempts = rows.integer(2);
    row.succeeded = rows.integer(3);
    row.cancelled = rows.integer(4);
    row.images = rows.integer(5);
    row.input_tokens = rows.integer(6);
    row.output_tokens = rows.integer(7);
    row.cost_nano_usd = rows.integer(8);
    report.rows.push_back(std::move(row));
  }
  PATCHBAY_TRY(add_percentiles(database, query, report));
  return report;
}

}  // namespace patchbay::host
