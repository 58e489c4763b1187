// A vault comes into being in this order: owner.key, service.key, then the rows, slot last, in one
// transaction that is open from the start. A kill leaves nothing, or files without a slot, or all
// of it; finish_vault() continues from each.
#include "core/base/id.hpp"
#include "core/crypto/kdf.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/keyslot.hpp"
#include "host/vault/vault.hpp"

#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t first_generation = 1;

bool is_taken(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// The key files made so far; removes them again unless told to keep them.
class NewFiles {
 public:
  NewFiles() = default;
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles() {
    std::error_code ignored;
    for (const fs::path& path : paths_) fs::remove(path, ignored);
  }
  Status write(const fs::path& path, KeyFileKind kind, const KeyFile& contents) {
    PATCHBAY_TRY(write_key_file(path, kind, contents));
    paths_.push_back(path);
    return {};
  }
  void keep() { paths_.clear(); }

 private:
  std::vector<fs::path> paths_;
};

Status refuse_existing_file(const fs::path& path) {
  if (!is_taken(path)) return {};
  return Error{ErrorCode::AlreadyExists,
               path.string() + " exists already",
               "keep it if it opens another vault; where an earlier init was interrupted, remove"
               " it and run init again",
               {}};
}

// Sealed keys without a slot are a vault whose slot was lost: a new root would never open them.
Status refuse_existing_vault(store::Database& database) {
  if (PATCHBAY_TRY(has_keyslot(database)))
    return Error{ErrorCode::AlreadyExists,
                 "the database " + database.path().string() + " holds a vault already",
                 "use it with the key files that were made with it",
                 {}};
  store::Statement query = PATCHBAY_TRY(store::Statement::prepare(
      database, "SELECT EXISTS (SELECT 1 FROM patchbay_key_seals WHERE signature IS NOT NULL)"));
  if (PATCHBAY_TRY(query.step()) && query.integer(0) != 0)
    return Error{
        ErrorCode::AlreadyExists,
        "the database " + database.path().string() + " holds keys of a vault whose keyslot is gone",
        "restore the database from a backup",
        {}};
  return {};
}

Result<KeyFile> new_service_key(const std::string& project_id) {
  return KeyFile{project_id, PATCHBAY_TRY(crypto::random_secret(KeyFile::secret_size))};
}

Result<VaultIdentity> identity_of(const KeyFile& owner, std::int64_t generation) {
  const crypto::SigningKey key = PATCHBAY_TRY(crypto::SigningKey::from_seed(owner.secret));
  return VaultIdentity{owner.project_id, key.public_key(), generation};
}

// The owner's password opens both: the signing key, and the root.
Status insert_password_slots(store::Database& database,
                             const KeyFile& owner,
                             const SecretBytes& root,
                             const CreateVaultOptions& options) {
  const SlotSecret secret{SlotKind::Password, *options.owner_password, options.password_cost};
  Slot wanted;
  wanted.subject = owner_name;
  const Slot signing = PATCHBAY_TRY(
      make_slot({SlotTable::Signing, owner.project_id}, secret, owner.secret, std::move(wanted)));
  wanted = {};
  wanted.id = signing.id;
  wanted.subject = owner_name;
  const Slot opening =
      PATCHBAY_TRY(make_slot({SlotTable::Root, owner.project_id}, secret, root, std::move(wanted)));
  PATCHBAY_TRY(insert_slot(database, SlotTable::Signing, signing));
  return insert_slot(database, SlotTable::Root, opening);
}

// The slot names no public key: what it opens to is the owner, as the service key is the project's.
Result<KeyFile> owner_by_password(store::Database& database,
                                  const KeyFile& service,
                                  const CreateVaultOptions& options) {
  const SlotSecret secret{SlotKind::Password, *options.owner_password};
  for (const Slot& slot : PATCHBAY_TRY(read_slots(database, SlotTable::Signing))) {
    if (slot.subject != owner_name) continue;
    SlotTrial trial =
        PATCHBAY_TRY(try_slot({SlotTable::Signing, service.project_id}, secret, slot));
    if (trial.fit == SlotFit::Opened) return KeyFile{service.project_id, std::move(trial.content)};
  }
  return Error{ErrorCode::NotAllowed,
               "an earlier init was interrupted, and this is not the password that it was given",
               "give that password; to begin anew, move the database and the service key away",
               {}};
}

Result<KeyFile> owner_of(store::Database& database, const CreateVaultOptions& options) {
  if (options.owner_password == nullptr || is_taken(options.owner_key_file))
    return read_key_file(options.owner_key_file, KeyFileKind::Owner);
  const KeyFile service =
      PATCHBAY_TRY(read_key_file(options.service_key_file, KeyFileKind::Service));
  return owner_by_password(database, service, options);
}

Result<KeyFile> found_or_new_service_key(const fs::path& path,
                                         const std::string& project_id,
                                         bool has_slot,
                                         NewFiles& files) {
  if (is_taken(path)) return read_key_file(path, KeyFileKind::Service);
  if (has_slot)
    return Error{ErrorCode::Locked,
                 "no service key at " + path.string() + ", and the database holds a vault already",
                 {},
                 {}};
  KeyFile service = PATCHBAY_TRY(new_service_key(project_id));
  PATCHBAY_TRY(files.write(path, KeyFileKind::Service, service));
  return service;
}

}  // namespace

Result<VaultIdentity> create_vault(store::Database& database, const CreateVaultOptions& options) {
  PATCHBAY_TRY(crypto::initialise());
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  PATCHBAY_TRY(refuse_existing_vault(database));
  PATCHBAY_TRY(refuse_existing_file(options.owner_key_file));
  PATCHBAY_TRY(refuse_existing_file(options.service_key_file));

  const crypto::SigningKey signing_key = PATCHBAY_TRY(crypto::SigningKey::generate());
  const KeyFile owner{PATCHBAY_TRY(new_uuid()), PATCHBAY_TRY(signing_key.seed())};
  const KeyFile service = PATCHBAY_TRY(new_service_key(owner.project_id));
  NewFiles files;
  if (options.owner_password == nullptr)
    PATCHBAY_TRY(files.write(options.owner_key_file, KeyFileKind::Owner, owner));
  PATCHBAY_TRY(files.write(options.service_key_file, KeyFileKind::Service, service));
  const SecretBytes root = PATCHBAY_TRY(insert_root(database, service, first_generation));
  if (options.owner_password != nullptr)
    PATCHBAY_TRY(insert_password_slots(database, owner, root, options));
  PATCHBAY_TRY(transaction.commit());
  files.keep();
  return VaultIdentity{owner.project_id, signing_key.public_key(), first_generation};
}

Result<VaultIdentity> finish_vault(store::Database& database, const CreateVaultOptions& options) {
  PATCHBAY_TRY(crypto::initialise());
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  const KeyFile owner = PATCHBAY_TRY(owner_of(database, options));
  const bool has_slot = PATCHBAY_TRY(has_keyslot(database));
  NewFiles files;
  const KeyFile service = PATCHBAY_TRY(
      found_or_new_service_key(options.service_key_file, owner.project_id, has_slot, files));
  if (service.project_id != owner.project_id)
    return Error{ErrorCode::Vault,
                 options.service_key_file.string() + " and " + options.owner_key_file.string() +
                     " belong to different projects",
                 "put the two files that were made together into one place",
                 {}};
  std::int64_t generation = first_generation;
  if (has_slot) {
    const SlotSecret secret{SlotKind::KeyFile, service.secret};
    generation =
        PATCHBAY_TRY(open_root(database, owner.project_id, secret, any_generation)).generation;
  } else {
    PATCHBAY_TRY(refuse_existing_vault(database));
    static_cast<void>(PATCHBAY_TRY(insert_root(database, service, generation)));
  }
  const VaultIdentity identity = PATCHBAY_TRY(identity_of(owner, generation));
  PATCHBAY_TRY(transaction.commit());
  files.keep();
  return identity;
}

}  // namespace patchbay::host
