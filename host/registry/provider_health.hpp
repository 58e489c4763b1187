// The pauses of providers, as they are read beside the rows.
#pragma once

#include "core/store/database.hpp"
#include "host/provider.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace patchbay::host {

// Those under way, by provider.
[[nodiscard]] Result<std::map<std::string, CoolDown>> read_pauses(store::Database& database,
                                                                  std::int64_t unix_ms);

// A person changed the provider: what it did before counts no more. Within the caller's
// transaction.
[[nodiscard]] Status forget_health(store::Database& database, std::string_view provider_id);

}  // namespace patchbay::host
