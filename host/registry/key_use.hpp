// The note that a key was used: shared by the registry and the recorder, which batches it.
#pragma once

#include "core/store/database.hpp"

#include <cstdint>
#include <string_view>

namespace patchbay::host {

// Moves last_used_at forward, never back, whichever form of time stands there; and forgets refusals
// that are disproved now. Within the caller's transaction. A key that is gone is no error.
[[nodiscard]] Status note_key_used(store::Database& database,
                                   std::string_view key_id,
                                   std::int64_t unix_ms);

// A model answered for a key: its cool-down, and that of the whole key, are over, unless they began
// after this attempt did.
[[nodiscard]] Status end_cool_downs(store::Database& database,
                                    std::string_view key_id,
                                    std::string_view model,
                                    std::int64_t started_unix_ms);

}  // namespace patchbay::host
