// The root secret in the database: wrapped in keyslots, and the check that tells it from another.
#pragma once

#include "core/store/database.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/slot.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::host {

inline constexpr std::size_t root_size_bytes = 32;

// What HKDF gives for a label; every secret of the vault comes from here.
[[nodiscard]] Result<SecretBytes> derived_from(const SecretBytes& secret,
                                               std::string_view project_id,
                                               std::string_view label,
                                               std::size_t size);

// 16 bytes that belong to one root and reveal nothing of it. Stored beside each derived version.
[[nodiscard]] Result<SecretBytes> check_value_of(const SecretBytes& root,
                                                 std::string_view project_id);

[[nodiscard]] Result<bool> has_keyslot(store::Database& database);

// Makes a root, wraps it for the service key and notes version 1, derived; gives it back for
// further slots. Within the caller's transaction.
[[nodiscard]] Result<SecretBytes> insert_root(store::Database& database,
                                              const KeyFile& service,
                                              std::int64_t generation);

struct OpenedRoot {
  SecretBytes root;
  std::int64_t generation = 0;
};

inline constexpr std::int64_t any_generation = 0;

// Errors: Vault, with words of their own for: no slot; none of this generation; a wrong secret; a
// slot that is damaged.
[[nodiscard]] Result<OpenedRoot> open_root(store::Database& database,
                                           std::string_view project_id,
                                           const SlotSecret& secret,
                                           std::int64_t generation);

}  // namespace patchbay::host
