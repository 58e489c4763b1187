#include "host/vault/keyslot.hpp"

#include "core/base/id.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/seal.hpp"
#include "core/store/statement.hpp"

#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::string_view key_file_kind = "key_file";
constexpr std::string_view slot_label = "slot/v1";
constexpr std::string_view check_label = "check/v1";
constexpr std::size_t check_size_bytes = 16;

struct Slot {
  std::string id;
  std::int64_t generation = 0;
  crypto::Bytes wrapped;

  // Authenticated with the root: a slot moved to another project, kind or generation does not open.
  [[nodiscard]] std::string context(std::string_view project_id) const {
    return std::string(project_id) + '|' + id + '|' + std::string(key_file_kind) + '|' +
           std::to_string(generation);
  }
};

Result<std::vector<Slot>> read_slots(store::Database& database) {
  store::Statement query = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT id, generation, wrapped FROM patchbay_keyslots WHERE kind = ?1 ORDER BY created_at"));
  query.bind(1, key_file_kind);
  std::vector<Slot> slots;
  while (PATCHBAY_TRY(query.step())) {
    const auto wrapped = query.blob(2);
    slots.push_back(Slot{std::string(query.text(0)),
                         query.integer(1),
                         crypto::Bytes(wrapped.begin(), wrapped.end())});
  }
  return slots;
}

Error wrong_generation(const std::vector<Slot>& slots, std::int64_t generation) {
  return Error{ErrorCode::Vault,
               "patchbay.toml names generation " + std::to_string(generation) +
                   " of the root secret, the database holds generation " +
                   std::to_string(slots.back().generation),
               "restore patchbay.toml and the database from the same backup",
               {}};
}

Error damaged_slot(std::string_view project_id, std::int64_t generation) {
  return Error{ErrorCode::Vault,
               "the service key does not open the keyslot of project " + std::string(project_id) +
                   ", generation " + std::to_string(generation) +
                   ": the slot is damaged, or was made for another key",
               "restore the database from a backup, or give the key file it was made with",
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

Status insert_root(store::Database& database, const KeyFile& service, std::int64_t generation) {
  const SecretBytes root = PATCHBAY_TRY(crypto::random_secret(root_size_bytes));
  const SecretBytes check = PATCHBAY_TRY(check_value_of(root, service.project_id));
  const SecretBytes slot_key = PATCHBAY_TRY(
      derived_from(service.secret, service.project_id, slot_label, crypto::seal_key_size_bytes));
  Slot slot{PATCHBAY_TRY(new_uuid()), generation, {}};
  slot.wrapped =
      PATCHBAY_TRY(crypto::seal(slot_key, root.expose(), slot.context(service.project_id)));

  store::Statement version = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_key_versions (version, kind, wrapped) VALUES (1, 'derived', ?1)"));
  PATCHBAY_TRY(version.bind(1, check.expose()).run());
  // The slot comes last: what holds a slot holds all of a vault.
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_keyslots (id, kind, subject, kdf, wrapped, generation)"
      " VALUES (?1, ?2, 'service', 'hkdf-sha256', ?3, ?4)"));
  insert.bind(1, slot.id).bind(2, key_file_kind).bind(3, slot.wrapped).bind(4, slot.generation);
  return insert.run();
}

Result<OpenedRoot> open_root(store::Database& database,
                             const KeyFile& service,
                             std::int64_t generation) {
  const std::vector<Slot> slots = PATCHBAY_TRY(read_slots(database));
  if (slots.empty())
    return Error{ErrorCode::Vault,
                 "the database " + database.path().string() +
                     " holds no keyslot: no vault was made"
                     " in it, or the slot was deleted",
                 "restore the database from a backup, or point --db at the right one",
                 {}};
  const SecretBytes slot_key = PATCHBAY_TRY(
      derived_from(service.secret, service.project_id, slot_label, crypto::seal_key_size_bytes));
  bool found = false;
  for (const Slot& slot : slots) {
    if (generation != any_generation && slot.generation != generation) continue;
    found = true;
    Result<SecretBytes> root =
        crypto::open_sealed(slot_key, slot.wrapped, slot.context(service.project_id));
    if (root.ok() && root.value().size() == root_size_bytes)
      return OpenedRoot{std::move(root).value(), slot.generation};
  }
  if (!found) return wrong_generation(slots, generation);
  return damaged_slot(service.project_id,
                      generation == any_generation ? slots.back().generation : generation);
}

}  // namespace patchbay::host
