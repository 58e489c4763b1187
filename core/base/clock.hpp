// Time comes in through an interface, so that tests need not wait and sessions replay exactly.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace patchbay {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01 UTC; may jump. For rows and tokens.
  [[nodiscard]] virtual std::int64_t unix_ms() const = 0;
  // Never goes back. For deadlines and latencies.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
  // The processor time of the calling thread: does not count what others take.
  [[nodiscard]] virtual std::chrono::nanoseconds thread_cpu() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t unix_ms() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
  [[nodiscard]] std::chrono::nanoseconds thread_cpu() const override;
};

// UTC as SQLite's CURRENT_TIMESTAMP writes it: "2026-11-23 05:16:24".
[[nodiscard]] std::string sql_timestamp(std::int64_t unix_ms);
// The same for the end of a pause: a second that has begun counts whole.
[[nodiscard]] std::string sql_timestamp_after(std::int64_t unix_ms);

}  // namespace patchbay
