// A keyslot: a secret (the root, or a signing key) wrapped under what one way of opening it gives.
#pragma once

#include "core/crypto/encoding.hpp"
#include "core/crypto/password.hpp"
#include "core/store/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// The table names what is wrapped; a slot of one does not open as a slot of the other.
enum class SlotTable : std::uint8_t { Root, Signing };

enum class SlotKind : std::uint8_t {
  KeyFile,      // a file of 32 random bytes
  Credential,   // likewise, handed over by systemd
  Environment,  // likewise, in an environment variable
  Recovery,     // a code on paper
  Password,     // what a person remembers
};
[[nodiscard]] std::string_view to_string(SlotKind kind);

// What is given to open a slot, or to make one.
struct SlotSecret {
  SlotKind kind = SlotKind::KeyFile;
  const SecretBytes& bytes;
  crypto::PasswordCost cost{};  // of a new password slot; an old one has its own
};

// A row of either table.
struct Slot {
  std::string id;
  std::string kind;
  std::string subject;  // whose, or where the secret is kept
  std::string kdf;
  crypto::PasswordCost cost{};  // of a password
  crypto::Bytes salt;           // of a password
  // 16 bytes that tell the right secret from a wrong one where the slot itself is damaged. Empty in
  // slots that were made before there was one.
  crypto::Bytes check;
  crypto::Bytes wrapped;
  std::int64_t generation = 1;
  std::string created_at;

  // Why no secret can open it, whatever it is; empty where nothing is to be seen.
  [[nodiscard]] std::string visible_damage() const;
};

enum class SlotFit : std::uint8_t {
  Opened,
  WrongSecret,  // of another kind, or another one
  Damaged,      // the right secret, and the slot does not open
  Unknown,      // either of the two
};

struct SlotTrial {
  SlotFit fit = SlotFit::WrongSecret;
  SecretBytes content;  // where it was opened
};

struct SlotPlace {
  SlotTable table = SlotTable::Root;
  std::string_view project_id;
};

// Wraps `content` in a new slot, which keeps the id, subject and generation that `wanted` names.
[[nodiscard]] Result<Slot> make_slot(const SlotPlace& place,
                                     const SlotSecret& secret,
                                     const SecretBytes& content,
                                     Slot wanted);
// Errors only where memory cannot be had. A secret of random bytes is tried on each slot of such
// kinds, a password on those of passwords.
[[nodiscard]] Result<SlotTrial> try_slot(const SlotPlace& place,
                                         const SlotSecret& secret,
                                         const Slot& slot);

// All rows, oldest first. A row that cannot be read costs only itself.
[[nodiscard]] Result<std::vector<Slot>> read_slots(store::Database& database, SlotTable table);
// Within the caller's transaction.
[[nodiscard]] Status insert_slot(store::Database& database, SlotTable table, const Slot& slot);
[[nodiscard]] Status delete_slot(store::Database& database, SlotTable table, std::string_view id);

}  // namespace patchbay::host
