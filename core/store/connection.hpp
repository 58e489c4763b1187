// Settings of every connection: what a hostile or damaged file must not be able to do.
#pragma once

#include "core/base/result.hpp"

#include <filesystem>

struct sqlite3;

namespace patchbay::store {

// Changes nothing in the file.
[[nodiscard]] Status harden(sqlite3* connection, const std::filesystem::path& path);

// The longest text, blob or row, in bytes. Patchbay's own rows are far smaller.
inline constexpr int value_size_max_bytes = 1'000'000;
// Other writers are waited for this long.
inline constexpr int busy_timeout_ms = 5000;

}  // namespace patchbay::store
