// What is kept of logins between runs: the newest tokens, encrypted like the keys beside them.
#pragma once

#include "core/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace patchbay::host {

struct TokenRow {
  std::string grant_sha256;  // hex; of the stored key that it belongs to
  std::string token;         // Fernet
  std::int64_t key_version = 0;
};

[[nodiscard]] Result<std::optional<TokenRow>> read_token_row(store::Database& database,
                                                             const std::string& key_id);
// Writes it, and ends the lease.
[[nodiscard]] Status write_token_row(store::Database& database,
                                     const std::string& key_id,
                                     const TokenRow& row,
                                     std::int64_t unix_ms);

// Whoever renews a login holds a lease on it, so that several programs do not use one refresh token
// twice: some providers take that for a theft. A lease ends by itself.
struct Lease {
  std::string key_id;
  std::string holder;
  std::int64_t now_unix_ms = 0;
  std::int64_t until_unix_ms = 0;
};
// False: somebody else holds it.
[[nodiscard]] Result<bool> take_lease(store::Database& database, const Lease& lease);
[[nodiscard]] Status end_lease(store::Database& database, const Lease& lease);

}  // namespace patchbay::host
