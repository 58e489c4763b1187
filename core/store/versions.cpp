#include "core/store/versions.hpp"

#include <sqlite3.h>

namespace patchbay::store {

std::vector<LibraryVersion> library_versions() {
  return {{"SQLite", sqlite3_libversion(), SQLITE_VERSION}};
}

}  // namespace patchbay::store
