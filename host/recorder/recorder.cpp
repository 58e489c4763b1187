#include "host/recorder/recorder.hpp"

#include "core/base/id.hpp"
#include "core/store/transaction.hpp"
#include "host/recorder/attempt_rows.hpp"
#include "host/registry/key_use.hpp"

#include <algorithm>
#include <map>
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

}  // namespace

Recorder::Recorder(store::Database& database, const Clock& clock)
    : database_(database), clock_(clock) {}

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
  for (const Attempt& attempt : waiting_) {
    bind_attempt(insert, attempt);
    PATCHBAY_TRY(insert.run());
  }
  for (const auto& [key_id, unix_ms] : last_uses(waiting_))
    PATCHBAY_TRY(note_key_used(database_, key_id, unix_ms));
  for (const auto& [key, started_unix_ms] : last_answers(waiting_))
    PATCHBAY_TRY(end_cool_downs(database_, key.first, key.second, started_unix_ms));
  PATCHBAY_TRY(transaction.commit());
  waiting_.clear();
  return {};
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
