#include "host/recorder/recorder.hpp"

#include "core/base/id.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/recorder/attempt_rows.hpp"
#include "host/recorder/hourly_rows.hpp"
#include "host/registry/key_use.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

std::int64_t ended_unix_ms(const Attempt& attempt) {
  return attempt.started_unix_ms + attempt.outcome.latency.count();
}

// When each key was last used with success: a key is written once, however many calls it made.
std::map<std::string, std::int64_t> last_uses(const std::vector<Attempt>& attempts) {
  std::map<std::string, std::int64_t> uses;
  for (const Attempt& attempt : attempts) {
    if (!attempt.outcome.ok() || attempt.key_id.empty()) continue;
    std::int64_t& last = uses[attempt.key_id];
    last = std::max(last, ended_unix_ms(attempt));
  }
  return uses;
}

// When the last attempt began that a model answered for a key. To list models proves nothing.
std::map<std::pair<std::string, std::string>, std::int64_t> last_answers(
    const std::vector<Attempt>& attempts) {
  std::map<std::pair<std::string, std::string>, std::int64_t> answers;
  for (const Attempt& attempt : attempts) {
    if (!attempt.outcome.ok() || attempt.key_id.empty() || attempt.model.empty()) continue;
    std::int64_t& last = answers[{attempt.key_id, attempt.model}];
    last = std::max(last, attempt.started_unix_ms);
  }
  return answers;
}

// As an adapter tells it beside the usage, where its provider counts images apart.
std::optional<std::uint64_t> image_tokens_of(const AttemptOutcome& outcome) {
  for (const auto& [key, value] : outcome.meta) {
    if (key != "image_tokens") continue;
    std::uint64_t count = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (failure == std::errc() && end == value.data() + value.size()) return count;
  }
  return std::nullopt;
}

// A few at a time, so that no request waits for it.
Status prune(store::Database& database, std::int64_t oldest_unix_ms) {
  store::Statement remove = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "DELETE FROM patchbay_attempts WHERE rowid IN (SELECT rowid FROM patchbay_attempts"
      " WHERE started_unix_ms < ?1 ORDER BY started_unix_ms LIMIT ?2)"));
  return remove.bind(1, oldest_unix_ms).bind(2, Recorder::pruned_at_once_max).run();
}

}  // namespace

Recorder::Recorder(store::Database& database, const Clock& clock, RecorderOptions options)
    : database_(database), clock_(clock), options_(std::move(options)) {}

void Recorder::price(Attempt& attempt) const {
  Usage& usage = attempt.outcome.usage;
  if (usage.cost_nano_usd) {
    usage.cost_source = cost_told_by_provider;
    return;
  }
  const auto& failure = attempt.outcome.failure;
  if (failure && failure->billed == Billed::No) return;
  PricedUse use{attempt.adapter, attempt.model, attempt.operation, usage, {}};
  use.image_tokens = image_tokens_of(attempt.outcome);
  auto cost = options_.prices.cost_of(use);
  if (!cost) return;
  usage.cost_nano_usd = cost->nano_usd;
  usage.cost_source = std::move(cost->source);
}

Status Recorder::record(Attempt attempt) {
  if (attempt.id.empty()) attempt.id = PATCHBAY_TRY(new_uuid());
  if (attempt.started_unix_ms == 0) attempt.started_unix_ms = clock_.unix_ms();
  Status flushed;
  if (waiting_.size() >= waiting_count_max) flushed = flush();
  if (!flushed.ok()) {
    waiting_.erase(waiting_.begin());
    ++lost_count_;
  }
  waiting_.push_back(std::move(attempt));
  if (flushed.ok()) return {};
  Error error = std::move(flushed).error();
  error.message = "usage cannot be written down, " + std::to_string(lost_count_) +
                  (lost_count_ == 1 ? " attempt is" : " attempts are") + " lost: " + error.message;
  return error;
}

Status Recorder::flush() {
  if (waiting_.empty()) return {};
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  store::Statement insert = PATCHBAY_TRY(prepare_attempt_insert(database_));
  store::Statement add = PATCHBAY_TRY(prepare_hourly_add(database_));
  for (const Attempt& attempt : waiting_) {
    bind_attempt(insert, attempt);
    PATCHBAY_TRY(insert.run());
    // What was there already was counted already.
    if (database_.changes() == 0) continue;
    bind_hourly(add, attempt);
    PATCHBAY_TRY(add.run());
  }
  for (const auto& [key_id, unix_ms] : last_uses(waiting_))
    PATCHBAY_TRY(note_key_used(database_, key_id, unix_ms));
  for (const auto& [key, started_unix_ms] : last_answers(waiting_))
    PATCHBAY_TRY(end_cool_downs(database_, key.first, key.second, started_unix_ms));
  const std::int64_t oldest =
      clock_.unix_ms() - std::chrono::milliseconds(options_.attempts_kept).count();
  PATCHBAY_TRY(prune(database_, oldest));
  PATCHBAY_TRY(transaction.commit());
  waiting_.clear();
  return {};
}

Status Recorder::flush_if_free() {
  const store::ShortPatience for_now(database_, patience);
  return flush();
}

Result<std::vector<Attempt>> Recorder::attempts(const AttemptQuery& query) {
  const std::string sql = "SELECT " + std::string(attempt_columns()) +
                          " FROM patchbay_attempts WHERE substr(id, 1, length(?1)) = ?1"
                          " AND (?2 = '' OR provider = ?2) AND started_unix_ms >= ?3"
                          " ORDER BY started_unix_ms DESC, rowid DESC LIMIT ?4";
  store::Statement rows = PATCHBAY_TRY(store::Statement::prepare(database_, sql));
  const std::size_t count_max = std::min(query.count_max, query_count_max);
  rows.bind(1, query.id).bind(2, query.provider).bind(3, query.since_unix_ms);
  rows.bind(4, static_cast<std::int64_t>(count_max));
  std::vector<Attempt> attempts;
  while (PATCHBAY_TRY(rows.step())) attempts.push_back(attempt_of_row(rows));
  return attempts;
}

}  // namespace patchbay::host
