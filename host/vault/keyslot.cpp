#include "host/vault/keyslot.hpp"

#include "core/crypto/kdf.hpp"
#include "core/store/statement.hpp"

#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::string_view check_label = "check/v1";
constexpr std::size_t check_size_bytes = 16;

std::string words_for(SlotKind kind) {
  if (kind == SlotKind::Password) return "password";
  if (kind == SlotKind::Recovery) return "recovery code";
  return "service key";
}

Error no_slot(const store::Database& database) {
  return Error{ErrorCode::Vault,
               "the database " + database.path().string() +
                   " holds no keyslot: no vault was made"
                   " in it, or the slot was deleted",
               "restore the database from a backup, the slots from a `vault slot export`, or point"
               " --db at the right one",
               {}};
}

Error wrong_generation(const std::vector<Slot>& slots, std::int64_t generation) {
  return Error{ErrorCode::Vault,
               "patchbay.toml names generation " + std::to_string(generation) +
                   " of the root secret, the database holds generation " +
                   std::to_string(slots.back().generation),
               "restore patchbay.toml and the database from the same backup",
               {}};
}

// What was learnt of all slots: the clearest of it is said.
struct Tries {
  bool found = false;
  std::string damaged;  // the id of a slot that the right secret does not open
  bool unknown = false;
};

Error not_opened(std::string_view project_id, SlotKind kind, std::int64_t generation, Tries tries) {
  const std::string of_project =
      " of project " + std::string(project_id) + ", generation " + std::to_string(generation);
  if (!tries.damaged.empty())
    return Error{ErrorCode::Vault,
                 "the keyslot " + tries.damaged + of_project + " is damaged: the right " +
                     words_for(kind) + " does not open it",
                 "open the vault another way (`patchbay vault recover`), or restore the slot from"
                 " a `vault slot export` or a backup of the database",
                 {}};
  if (tries.unknown)
    return Error{ErrorCode::Vault,
                 "the " + words_for(kind) + " does not open the keyslot" + of_project +
                     ": the slot is damaged, or was made for another key",
                 "restore the database from a backup, or give the key file it was made with",
                 {}};
  return Error{ErrorCode::Vault,
               "the " + words_for(kind) + " is wrong: it opens no keyslot" + of_project,
               kind == SlotKind::KeyFile
                   ? "give the key file that a slot was made for; `patchbay vault recover` makes a"
                     " new one from the recovery code"
                   : "try again; see `patchbay vault slot list` for the ways that open this vault",
               {}};
}

}  // namespace

Result<SecretBytes> derived_from(const SecretBytes& secret,
                                 std::string_view project_id,
                                 std::string_view label,
                                 std::size_t size) {
  return crypto::hkdf_sha256(crypto::bytes_of(project_id), secret, label, size);
}

Result<SecretBytes> check_value_of(const SecretBytes& root, std::string_view project_id) {
  return derived_from(root, project_id, check_label, check_size_bytes);
}

Result<bool> has_keyslot(store::Database& database) {
  store::Statement query = PATCHBAY_TRY(
      store::Statement::prepare(database, "SELECT EXISTS (SELECT 1 FROM patchbay_keyslots)"));
  return PATCHBAY_TRY(query.step()) && query.integer(0) != 0;
}

Result<SecretBytes> insert_root(store::Database& database,
                                const KeyFile& service,
                                std::int64_t generation) {
  SecretBytes root = PATCHBAY_TRY(crypto::random_secret(root_size_bytes));
  const SecretBytes check = PATCHBAY_TRY(check_value_of(root, service.project_id));
  Slot wanted;
  wanted.subject = "service";
  wanted.generation = generation;
  const Slot slot = PATCHBAY_TRY(make_slot({SlotTable::Root, service.project_id},
                                           {SlotKind::KeyFile, service.secret},
                                           root,
                                           std::move(wanted)));
  store::Statement version = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_key_versions (version, kind, wrapped) VALUES (1, 'derived', ?1)"));
  PATCHBAY_TRY(version.bind(1, check.expose()).run());
  // The slot comes last: what holds a slot holds all of a vault.
  PATCHBAY_TRY(insert_slot(database, SlotTable::Root, slot));
  return root;
}

Result<OpenedRoot> open_root(store::Database& database,
                             std::string_view project_id,
                             const SlotSecret& secret,
                             std::int64_t generation) {
  const std::vector<Slot> slots = PATCHBAY_TRY(read_slots(database, SlotTable::Root));
  if (slots.empty()) return no_slot(database);
  Tries tries;
  for (const Slot& slot : slots) {
    if (generation != any_generation && slot.generation != generation) continue;
    tries.found = true;
    SlotTrial trial = PATCHBAY_TRY(try_slot({SlotTable::Root, project_id}, secret, slot));
    if (trial.fit == SlotFit::Opened && trial.content.size() == root_size_bytes)
      return OpenedRoot{std::move(trial.content), slot.generation};
    if (trial.fit == SlotFit::Damaged) tries.damaged = slot.id.substr(0, 8);
    if (trial.fit == SlotFit::Unknown) tries.unknown = true;
  }
  if (!tries.found) return wrong_generation(slots, generation);
  const std::int64_t meant = generation == any_generation ? slots.back().generation : generation;
  return not_opened(project_id, secret.kind, meant, std::move(tries));
}

}  // namespace patchbay::host
