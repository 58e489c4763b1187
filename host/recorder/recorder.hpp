// What happened: a row per attempt, and when a key was last used.
#pragma once

#include "core/base/clock.hpp"
#include "core/store/database.hpp"
#include "host/outcome.hpp"
#include "host/recorder/price_list.hpp"
#include "host/request.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::host {

// A row of patchbay_attempts. Holds sizes and counts, never a prompt or an image.
struct Attempt {
  std::string id;
  std::string request_id;
  std::string provider;
  std::string provider_id;
  std::string key_id;  // empty: none was used
  std::string adapter;
  Operation operation = Operation::Image;
  std::string model;
  std::string environment;
  std::string user;
  std::int64_t started_unix_ms = 0;
  AttemptOutcome outcome;
};

struct AttemptQuery {
  std::string id{};        // those whose ids begin so; empty: any
  std::string provider{};  // empty: any
  std::int64_t since_unix_ms = 0;
  std::size_t count_max = 20;  // at most Recorder::query_count_max
};

struct RecorderOptions {
  std::chrono::days attempts_kept{90};
  PriceList prices{};
};

// Not thread-safe, as the connection it writes to.
class Recorder {
 public:
  static constexpr std::size_t waiting_count_max = 512;
  static constexpr std::size_t query_count_max = 10'000;
  static constexpr std::int64_t pruned_at_once_max = 500;
  // Whoever writes at the moment is waited for no longer, where a caller waits for us.
  static constexpr std::chrono::milliseconds patience{50};

  Recorder(store::Database& database, const Clock& clock, RecorderOptions options = {});
  void use(RecorderOptions options) { options_ = std::move(options); }

  // Says what the attempt cost, where it cost anything and that is known: by the provider's own
  // word, else by the price list.
  void price(Attempt& attempt) const;
  // Keeps the row until flush(), which a 513th row causes. Where that fails, the oldest row makes
  // room, and the error says how many were lost so far. An attempt without an id gets one.
  [[nodiscard]] Status record(Attempt attempt);
  // Writes what was kept, the sums per hour, and last_used_at of keys whose calls succeeded, in one
  // transaction, and takes some rows away that are older than they are to be. After an error
  // everything is still kept.
  [[nodiscard]] Status flush();
  // The same, but does not wait for a program that holds the database: then all is kept.
  [[nodiscard]] Status flush_if_free();
  // What was written, newest first. A failure comes back as category, status, code, message and
  // whether it was billed.
  [[nodiscard]] Result<std::vector<Attempt>> attempts(const AttemptQuery& query);

  [[nodiscard]] std::size_t waiting_count() const { return waiting_.size(); }
  // Attempts that were never written.
  [[nodiscard]] std::size_t lost_count() const { return lost_count_; }

 private:
  store::Database& database_;
  const Clock& clock_;
  RecorderOptions options_;
  std::vector<Attempt> waiting_;
  std::size_t lost_count_ = 0;
};

}  // namespace patchbay::host
