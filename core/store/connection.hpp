// Settings of every connection: what a hostile or damaged file must not be able to do.
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <filesystem>

struct sqlite3;

namespace patchbay::store {

// Whoever holds a lock is waited for this long.
inline constexpr std::chrono::milliseconds busy_wait_max{5000};

// How long one statement has waited for others, by the clock.
struct BusyWait {
  std::chrono::milliseconds longest = busy_wait_max;
  std::chrono::steady_clock::time_point end;
};

// Changes nothing in the file. `wait` must outlive the connection.
[[nodiscard]] Status harden(sqlite3* connection, const std::filesystem::path& path, BusyWait& wait);
// The next wait begins anew, also where SQLite would count on from an earlier one: it does so while
// it prepares a statement.
void wait_anew(sqlite3* connection, BusyWait& wait);

// The longest text, blob or row, in bytes. Patchbay's own rows are far smaller.
inline constexpr int value_size_max_bytes = 1'000'000;

}  // namespace patchbay::store
