#include "host/recorder/hourly_rows.hpp"

#include "core/base/clock.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace patchbay::host {
namespace {

constexpr std::size_t hour_size = 13;  // "2026-11-23 05"

std::int64_t counted(std::optional<std::uint64_t> count) {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(count.value_or(0), largest));
}

}  // namespace

std::string hour_of(std::int64_t unix_ms) {
  return sql_timestamp(unix_ms).substr(0, hour_size) + ":00:00";
}

Result<store::Statement> prepare_hourly_add(store::Database& database) {
  return store::Statement::prepare(
      database,
      "INSERT INTO patchbay_usage_hourly (hour, provider, key_id, operation, model, environment,"
      " user, outcome, attempts, latency_ms, input_tokens, output_tokens, total_tokens, images,"
      " bytes_in, bytes_out, cost_nano_usd)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
      " ON CONFLICT (hour, provider, key_id, operation, model, environment, user, outcome)"
      " DO UPDATE SET attempts = attempts + 1, latency_ms = latency_ms + excluded.latency_ms,"
      " input_tokens = input_tokens + excluded.input_tokens,"
      " output_tokens = output_tokens + excluded.output_tokens,"
      " total_tokens = total_tokens + excluded.total_tokens, images = images + excluded.images,"
      " bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out,"
      " cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd");
}

void bind_hourly(store::Statement& add, const Attempt& attempt) {
  const AttemptOutcome& outcome = attempt.outcome;
  add.bind(1, hour_of(attempt.started_unix_ms)).bind(2, attempt.provider).bind(3, attempt.key_id);
  add.bind(4, to_string(attempt.operation)).bind(5, attempt.model).bind(6, attempt.environment);
  add.bind(7, attempt.user);
  add.bind(8, outcome.failure ? to_string(outcome.failure->category) : std::string_view("ok"));
  add.bind(9, std::int64_t{outcome.latency.count()});
  add.bind(10, counted(outcome.usage.input_tokens)).bind(11, counted(outcome.usage.output_tokens));
  add.bind(12, counted(outcome.usage.total_tokens)).bind(13, counted(outcome.usage.images));
  add.bind(14, counted(outcome.bytes_received)).bind(15, counted(outcome.bytes_sent));
  add.bind(16, counted(outcome.usage.cost_nano_usd));
}

}  // namespace patchbay::host
