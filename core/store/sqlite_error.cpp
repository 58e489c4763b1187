#include "core/store/sqlite_error.hpp"

#include <cerrno>
#include <sqlite3.h>
#include <string>
#include <system_error>

namespace patchbay::store {
namespace {

bool is_out_of_space(sqlite3* connection, int primary_code) {
  if (primary_code == SQLITE_FULL) return true;
  if (primary_code != SQLITE_IOERR && primary_code != SQLITE_CANTOPEN) return false;
  const int error = sqlite3_system_errno(connection);
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

std::string_view hint_for(sqlite3* connection, int primary_code) {
  if (is_out_of_space(connection, primary_code))
    return "free some space on that disk, then try again";
  switch (primary_code) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
    case SQLITE_LOCKED: return "close other programs that use it, then try again";
    case SQLITE_NOTADB: return "name another file with --db or store.path";
    case SQLITE_CORRUPT: return "`patchbay db check` examines it; restore it from a backup";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return "check the permissions of the file and of the directory that it is in";
    default: return {};
  }
}

// SQLite's own words, and the system's where the file system failed.
std::string words_of(sqlite3* connection, int code) {
  std::string words = sqlite3_errmsg(connection);
  const int primary_code = code & 0xFF;
  if (primary_code == SQLITE_BUSY) words += ", for longer than other writers are waited for";
  const int system_error = sqlite3_system_errno(connection);
  const bool from_system = primary_code == SQLITE_IOERR || primary_code == SQLITE_CANTOPEN;
  if (from_system && system_error != 0)
    words += " (" + std::generic_category().message(system_error) + ")";
  return words;
}

}  // namespace

Error connection_error(sqlite3* connection,
                       std::string_view what,
                       const std::filesystem::path& path) {
  if (connection == nullptr)
    return Error{ErrorCode::Store, "no memory for the database " + path.string(), {}, {}};
  const int code = sqlite3_extended_errcode(connection);
  const std::string hint(hint_for(connection, code & 0xFF));
  if ((code & 0xFF) == SQLITE_NOTADB)
    return Error{ErrorCode::Store, path.string() + " is not a SQLite database", hint, {}};
  std::string words = words_of(connection, code);
  if ((code & 0xFF) == SQLITE_READONLY)
    return Error{ErrorCode::Store,
                 "the database " + path.string() + " cannot be written to: " + words,
                 hint,
                 {}};
  std::string message(what);
  message += " " + path.string() + ": " + words;
  return Error{ErrorCode::Store, std::move(message), hint, {}};
}

Error connection_error(sqlite3* connection, std::string_view what) {
  const char* name = connection == nullptr ? nullptr : sqlite3_db_filename(connection, "main");
  return connection_error(connection, what, name == nullptr ? "" : name);
}

}  // namespace patchbay::store
