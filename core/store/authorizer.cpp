#include "core/store/database.hpp"

#include <algorithm>
#include <array>
#include <sqlite3.h>
#include <string_view>

namespace patchbay::store {
namespace {

// What rows are read and written with.
constexpr std::array allowed_actions{SQLITE_SELECT,
                                     SQLITE_READ,
                                     SQLITE_INSERT,
                                     SQLITE_UPDATE,
                                     SQLITE_DELETE,
                                     SQLITE_FUNCTION,
                                     SQLITE_RECURSIVE,
                                     SQLITE_TRANSACTION,
                                     SQLITE_SAVEPOINT};
// They only look.
constexpr std::array<std::string_view, 2> allowed_pragmas{"quick_check", "integrity_check"};

// NOLINTNEXTLINE(readability-function-size): its parameters are SQLite's
int judge(void* /*context*/,
          int action,
          const char* name,
          const char* /*detail*/,
          const char* /*database*/,
          const char* /*trigger*/) {
  if (action == SQLITE_PRAGMA && name != nullptr)
    return std::ranges::count(allowed_pragmas, std::string_view(name)) > 0 ? SQLITE_OK
                                                                           : SQLITE_DENY;
  return std::ranges::count(allowed_actions, action) > 0 ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

// NOLINTNEXTLINE(readability-make-member-function-const): the connection may do less afterwards
void Database::keep_to_rows() {
  sqlite3_set_authorizer(handle(), &judge, nullptr);
}

}  // namespace patchbay::store
