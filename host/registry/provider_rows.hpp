// Rows of api_providers with their settings, as they stand.
#pragma once

#include "core/store/database.hpp"
#include "host/provider.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace patchbay::host {

// In no particular order.
[[nodiscard]] Result<std::vector<Provider>> read_providers(store::Database& database);
[[nodiscard]] Result<std::optional<Provider>> find_provider_by_id(store::Database& database,
                                                                  std::string_view id);
[[nodiscard]] Result<std::optional<Provider>> find_provider_by_name(store::Database& database,
                                                                    std::string_view name);

// Lower comes first; 0 where the setting is missing or no number.
[[nodiscard]] std::int64_t priority_of(const Provider& provider);

// Both within the caller's transaction. insert_provider() leaves the settings to write_setting().
[[nodiscard]] Error changed_meanwhile(const Provider& row);
[[nodiscard]] Status insert_provider(store::Database& database, const Provider& provider);
[[nodiscard]] Status write_setting(store::Database& database,
                                   std::string_view provider_id,
                                   std::string_view name,
                                   const std::optional<std::string>& value);

[[nodiscard]] Result<std::int64_t> count_keys(store::Database& database,
                                              std::string_view provider_id);

}  // namespace patchbay::host
