#include "host/recorder/attempt_rows.hpp"

#include "core/base/text.hpp"

#include <array>
#include <limits>
#include <string>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t message_size_max = 2048;  // bytes
constexpr std::string_view outcome_ok = "ok";

// What SQLite stores; a count beyond it is no count.
std::optional<std::int64_t> stored(std::optional<std::uint64_t> count) {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!count || *count > largest) return std::nullopt;
  return static_cast<std::int64_t>(*count);
}

std::optional<std::string_view> text_or_null(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::string_view meta_value(const AttemptOutcome& outcome, std::string_view name) {
  for (const auto& [key, value] : outcome.meta)
    if (key == name) return value;
  return {};
}

void bind_failure(store::Statement& insert, const Failure& failure) {
  insert.bind(15, to_string(failure.category));
  if (failure.http_status != 0) insert.bind(16, std::int64_t{failure.http_status});
  insert.bind(17, text_or_null(failure.provider_code));
  insert.bind(18, text_or_null(shortened(failure.message, message_size_max)));
  insert.bind(26, to_string(failure.billed));
}

std::optional<std::uint64_t> count_of(const store::Statement& row, int column) {
  if (row.is_null(column) || row.integer(column) < 0) return std::nullopt;
  return static_cast<std::uint64_t>(row.integer(column));
}

std::uint64_t size_of(const store::Statement& row, int column) {
  return count_of(row, column).value_or(0);
}

Operation operation_of(std::string_view text) {
  using enum Operation;
  for (const Operation operation : std::array{Image, Chat, Models, Verify})
    if (to_string(operation) == text) return operation;
  return Image;
}

Category category_of(std::string_view text) {
  for (int number = static_cast<int>(Category::AuthInvalid);
       number <= static_cast<int>(Category::Cancelled);
       ++number) {
    const auto category = static_cast<Category>(number);
    if (to_string(category) == text) return category;
  }
  return Category::Plugin;  // of a newer program
}

Billed billed_of(std::string_view text) {
  for (const Billed billed : std::array{Billed::No, Billed::Yes})
    if (to_string(billed) == text) return billed;
  return Billed::Unknown;
}

Failure failure_of_row(const store::Statement& row) {
  Failure failure;
  failure.category = category_of(row.text(13));
  failure.http_status = static_cast<unsigned>(row.integer(14) & 0xFFFF);
  failure.provider_code = row.text(15);
  failure.message = row.text(16);
  failure.billed = billed_of(row.text(24));
  return failure;
}

}  // namespace

Result<store::Statement> prepare_attempt_insert(store::Database& database) {
  // An id that is there already was written before a crash of the caller: not twice.
  return store::Statement::prepare(
      database,
      "INSERT INTO patchbay_attempts (id, request_id, provider, provider_id, key_id, adapter,"
      " operation, model, environment, user, started_at, started_unix_ms, latency_first_ms,"
      " latency_ms, outcome, http_status, provider_code, message, input_tokens, output_tokens,"
      " total_tokens, images, bytes_in, bytes_out, cost_nano_usd, billed, response_id, cost_source)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
      " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28) ON CONFLICT (id) DO NOTHING");
}

void bind_attempt(store::Statement& insert, const Attempt& attempt) {
  const AttemptOutcome& outcome = attempt.outcome;
  for (int parameter = 1; parameter <= 28; ++parameter) insert.bind_null(parameter);
  insert.bind(1, attempt.id).bind(2, text_or_null(attempt.request_id)).bind(3, attempt.provider);
  insert.bind(4, text_or_null(attempt.provider_id)).bind(5, text_or_null(attempt.key_id));
  insert.bind(6, text_or_null(attempt.adapter)).bind(7, to_string(attempt.operation));
  insert.bind(8, text_or_null(attempt.model)).bind(9, text_or_null(attempt.environment));
  insert.bind(10, text_or_null(attempt.user)).bind(11, sql_timestamp(attempt.started_unix_ms));
  insert.bind(12, attempt.started_unix_ms);
  if (outcome.latency_first) insert.bind(13, std::int64_t{outcome.latency_first->count()});
  insert.bind(14, std::int64_t{outcome.latency.count()}).bind(15, outcome_ok);
  insert.bind(19, stored(outcome.usage.input_tokens));
  insert.bind(20, stored(outcome.usage.output_tokens));
  insert.bind(21, stored(outcome.usage.total_tokens)).bind(22, stored(outcome.usage.images));
  insert.bind(23, stored(outcome.bytes_received)).bind(24, stored(outcome.bytes_sent));
  insert.bind(25, stored(outcome.usage.cost_nano_usd));
  insert.bind(27, text_or_null(meta_value(outcome, "response_id")));
  insert.bind(28, text_or_null(outcome.usage.cost_source));
  if (outcome.failure) bind_failure(insert, *outcome.failure);
}

std::string_view attempt_columns() {
  return "id, request_id, provider, provider_id, key_id, adapter, operation, model, environment,"
         " user, started_unix_ms, latency_first_ms, latency_ms, outcome, http_status,"
         " provider_code, message, input_tokens, output_tokens, total_tokens, images, bytes_in,"
         " bytes_out, cost_nano_usd, billed, response_id, cost_source";
}

Attempt attempt_of_row(const store::Statement& row) {
  Attempt attempt;
  attempt.id = row.text(0);
  attempt.request_id = row.text(1);
  attempt.provider = row.text(2);
  attempt.provider_id = row.text(3);
  attempt.key_id = row.text(4);
  attempt.adapter = row.text(5);
  attempt.operation = operation_of(row.text(6));
  attempt.model = row.text(7);
  attempt.environment = row.text(8);
  attempt.user = row.text(9);
  attempt.started_unix_ms = row.integer(10);
  AttemptOutcome& outcome = attempt.outcome;
  if (!row.is_null(11)) outcome.latency_first = std::chrono::milliseconds(row.integer(11));
  outcome.latency = std::chrono::milliseconds(row.integer(12));
  if (row.text(13) != outcome_ok) outcome.failure = failure_of_row(row);
  outcome.usage = Usage{count_of(row, 17),
                        count_of(row, 18),
                        count_of(row, 19),
                        count_of(row, 20),
                        count_of(row, 23)};
  outcome.bytes_received = size_of(row, 21);
  outcome.bytes_sent = size_of(row, 22);
  if (!row.is_null(25)) outcome.meta.emplace_back("response_id", row.text(25));
  outcome.usage.cost_source = row.text(26);
  return attempt;
}

}  // namespace patchbay::host
