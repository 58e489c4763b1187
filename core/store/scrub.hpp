// Seeing to it that what was deleted or replaced is in none of a database's files any more.
#pragma once

#include "core/store/database.hpp"

#include <cstdint>

namespace patchbay::store {

enum class Scrubbed : std::uint8_t {
  Yes,
  Later,  // another connection still reads what was there before: once it is done, try again
};

// Free space is overwritten as it becomes free (secure_delete); this empties the write-ahead log,
// where older pages would stay until it is written over. Nothing to do where there is no such log.
[[nodiscard]] Result<Scrubbed> scrub(Database& database);

}  // namespace patchbay::store
