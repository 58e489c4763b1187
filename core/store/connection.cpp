#include "core/store/connection.hpp"

#include "core/store/sqlite_error.hpp"

#include <algorithm>
#include <array>
#include <sqlite3.h>

namespace patchbay::store {
namespace {

struct Switch {
  int option;
  int value;
};

constexpr std::array switches{
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},
    Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    Switch{SQLITE_DBCONFIG_DQS_DML, 0},
    Switch{SQLITE_DBCONFIG_DQS_DDL, 0},
};

// SQLite's own proposals for untrusted files, but for the two that another program's tables may
// exceed with good reason: a table too wide or a CHECK too deep makes the whole file unreadable.
constexpr std::array limits{
    Switch{SQLITE_LIMIT_LENGTH, value_size_max_bytes},
    Switch{SQLITE_LIMIT_SQL_LENGTH, 100'000},
    Switch{SQLITE_LIMIT_COLUMN, 1000},
    Switch{SQLITE_LIMIT_EXPR_DEPTH, 100},
    Switch{SQLITE_LIMIT_COMPOUND_SELECT, 10},
    Switch{SQLITE_LIMIT_VDBE_OP, 25'000},
    Switch{SQLITE_LIMIT_FUNCTION_ARG, 50},
    Switch{SQLITE_LIMIT_ATTACHED, 0},
    Switch{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 500},
    Switch{SQLITE_LIMIT_VARIABLE_NUMBER, 250},
    Switch{SQLITE_LIMIT_TRIGGER_DEPTH, 10},
};

// All of them last as long as the connection, none is stored in the file.
constexpr const char* pragmas =
    "PRAGMA cell_size_check = ON;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA synchronous = FULL;";

constexpr int pause_max_ms = 5;

// SQLite's own waiting sleeps up to 100 ms at a time and counts sleeps, not time: on a busy machine
// they take longer than they were meant to.
int wait_for_others(void* context, int attempts) {
  auto& wait = *static_cast<BusyWait*>(context);
  const auto now = std::chrono::steady_clock::now();
  if (attempts == 0) wait.end = now + wait.longest;
  if (now >= wait.end) return 0;
  sqlite3_sleep(std::min(attempts + 1, pause_max_ms));
  return 1;
}

}  // namespace

void wait_anew(sqlite3* connection, BusyWait& wait) {
  sqlite3_busy_handler(connection, &wait_for_others, &wait);
}

Status harden(sqlite3* connection, const std::filesystem::path& path, BusyWait& wait) {
  constexpr std::string_view what = "cannot open the database";
  sqlite3_extended_result_codes(connection, 1);
  wait_anew(connection, wait);
  for (const Switch& entry : switches)
    if (sqlite3_db_config(connection, entry.option, entry.value, nullptr) != SQLITE_OK)
      return connection_error(connection, what, path);
  for (const Switch& entry : limits) sqlite3_limit(connection, entry.option, entry.value);
  if (sqlite3_exec(connection, pragmas, nullptr, nullptr, nullptr) != SQLITE_OK)
    return connection_error(connection, what, path);
  return {};
}

}  // namespace patchbay::store
