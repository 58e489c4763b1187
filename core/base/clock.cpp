#include "core/base/clock.hpp"

#include <array>
#include <ctime>

namespace patchbay {

std::int64_t SystemClock::unix_ms() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
  return std::chrono::steady_clock::now();
}

std::chrono::nanoseconds SystemClock::thread_cpu() const {
  std::timespec spent{};
  static_cast<void>(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent));
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

std::string sql_timestamp(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm utc{};
  if (gmtime_r(&seconds, &utc) == nullptr) return {};
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &utc);
  return {text.data(), size};
}

std::string sql_timestamp_after(std::int64_t unix_ms) {
  return sql_timestamp(unix_ms + 999);
}

}  // namespace patchbay
