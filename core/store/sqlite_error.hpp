// SQLite's result codes as Errors: what was tried, on which file, SQLite's words, the next step.
#pragma once

#include "core/base/error.hpp"

#include <filesystem>
#include <string_view>

struct sqlite3;

namespace patchbay::store {

// The last failure of this connection. `what`: "cannot write to the database".
[[nodiscard]] Error connection_error(sqlite3* connection, std::string_view what);
// For a connection that does not know its file's name yet.
[[nodiscard]] Error connection_error(sqlite3* connection,
                                     std::string_view what,
                                     const std::filesystem::path& path);

}  // namespace patchbay::store
