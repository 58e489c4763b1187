#include "core/store/scrub.hpp"

#include "core/store/sqlite_error.hpp"

#include <sqlite3.h>

namespace patchbay::store {

Result<Scrubbed> scrub(Database& database) {
  const int code = sqlite3_wal_checkpoint_v2(
      database.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code == SQLITE_OK) return Scrubbed::Yes;
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return Scrubbed::Later;
  return connection_error(database.handle(), "cannot empty the log of", database.path());
}

}  // namespace patchbay::store
