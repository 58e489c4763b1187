// A clock that only moves when a test says so.
#pragma once

#include "core/base/clock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace patchbay::testing {

class FakeClock final : public Clock {
 public:
  // 2026-11-23 05:16:24 UTC unless told otherwise.
  explicit FakeClock(std::int64_t unix_ms = 1'795'411'384'000) : unix_ms_(unix_ms) {}

  [[nodiscard]] std::int64_t unix_ms() const override { return unix_ms_; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(steady_ms_));
  }

  [[nodiscard]] std::chrono::nanoseconds thread_cpu() const override {
    return std::chrono::milliseconds(steady_ms_);
  }

  void advance(std::chrono::milliseconds duration) {
    unix_ms_ += duration.count();
    steady_ms_ += duration.count();
  }
  // The wall clock alone, as when somebody sets it.
  void set_unix_ms(std::int64_t unix_ms) { unix_ms_ = unix_ms; }

 private:
  std::atomic<std::int64_t> unix_ms_;
  std::atomic<std::int64_t> steady_ms_{1'000'000};
};

}  // namespace patchbay::testing
