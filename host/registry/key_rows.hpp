// Rows of api_keys with what stands beside them: settings and seal.
#pragma once

#include "core/store/database.hpp"
#include "host/provider.hpp"
#include "host/registry/key_seal.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

struct KeyRow {
  Key key;  // its seal state is not computed yet
  Seal seal;
};

// All, or those of one provider; in no particular order.
[[nodiscard]] Result<std::vector<KeyRow>> read_key_rows(store::Database& database,
                                                        std::string_view provider_id = {});
// Errors: NotFound.
[[nodiscard]] Result<KeyRow> read_key_row(store::Database& database, std::string_view key_id);

// Those under way, by key.
[[nodiscard]] Result<std::map<std::string, std::vector<CoolDown>>> read_cool_downs(
    store::Database& database, std::int64_t unix_ms);

}  // namespace patchbay::host
