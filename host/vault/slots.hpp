// The ways that open a vault, as a person sees and changes them.
#pragma once

#include "core/json/value.hpp"
#include "host/vault/audit.hpp"
#include "host/vault/slot.hpp"
#include "host/vault/vault.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t password_size_min = 12;            // characters
inline constexpr std::size_t slots_max = 64;                    // of one vault
inline constexpr std::size_t slot_export_size_max = 1U << 20U;  // bytes

// Errors: BadInput.
[[nodiscard]] Status check_password(const SecretBytes& password);

// A row of patchbay_keyslots, of patchbay_signing_slots, or one of each with the same id.
struct SlotView {
  Slot slot;
  bool opens_vault = false;
  bool signs = false;
  bool is_current = false;  // of the generation in use
  std::string problem;      // why it opens nothing; empty: nothing to be seen
};
[[nodiscard]] Result<std::vector<SlotView>> list_slots(store::Database& database,
                                                       std::int64_t generation);
// By its id or the beginning of it, four characters at least. Errors: NotFound, Usage where several
// begin so.
[[nodiscard]] Result<SlotView> find_slot(store::Database& database,
                                         std::int64_t generation,
                                         std::string_view id);

// Stores the slots of one secret; `signing` may be empty. One transaction.
[[nodiscard]] Status store_slots(store::Database& database,
                                 const AuditAuthor& author,
                                 const Slot& opening,
                                 const Slot* signing);

enum class OwnerKeyFile : std::uint8_t { Absent, Present };
// Errors: NotAllowed for the last slot that opens the vault, and, where there is no owner.key, for
// the last one that signs as the owner.
[[nodiscard]] Status remove_slot(store::Database& database,
                                 const AuditAuthor& author,
                                 const SlotView& view,
                                 OwnerKeyFile owner_key_file);

// The slots as they are, with what they wrap: opens nothing without one of the secrets.
[[nodiscard]] Result<json::Value> export_slots(store::Database& database,
                                               const VaultIdentity& identity);
// Puts back the slots of an export that are not there; gives their number. Errors: BadInput for
// what is no export, Vault for one of another project.
[[nodiscard]] Result<std::size_t> restore_slots(store::Database& database,
                                                const AuditAuthor& author,
                                                std::string_view text);

}  // namespace patchbay::host
