#include "core/crypto/kdf.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/vault.hpp"

namespace patchbay::host {
namespace {

Error missing_owner_key(const std::filesystem::path& path) {
  return Error{ErrorCode::NotAllowed,
               "this change needs the owner's key, and there is none at " + path.string(),
               "run it where owner.key is, or pass --owner-key-file or --owner-password-stdin",
               {}};
}

Error other_owner(const std::filesystem::path& path, const KeyFile& file) {
  return Error{ErrorCode::Vault,
               "the owner key " + path.string() + " of project " + file.project_id +
                   " is not the one that patchbay.toml names",
               "give the owner.key that was made together with this patchbay.toml",
               {}};
}

Error not_opened(SlotKind kind, bool found, SlotFit worst) {
  const std::string secret = kind == SlotKind::Password ? "password" : "recovery code";
  if (!found)
    return Error{ErrorCode::NotAllowed,
                 "no " + secret + " was set that opens the owner's key",
                 "give owner.key by --owner-key-file",
                 {}};
  if (worst == SlotFit::WrongSecret)
    return Error{ErrorCode::NotAllowed,
                 "the owner's " + secret + " is wrong",
                 "try again, or give owner.key by --owner-key-file",
                 {}};
  return Error{ErrorCode::Vault,
               "the slot of the owner's signing key is damaged, or belongs to another vault",
               "give owner.key by --owner-key-file, or restore the slot from a `vault slot export`",
               {}};
}

}  // namespace

Result<Owner> Owner::open(const std::filesystem::path& owner_key_file,
                          const VaultIdentity& identity) {
  PATCHBAY_TRY(crypto::initialise());
  Result<KeyFile> read = read_key_file(owner_key_file, KeyFileKind::Owner);
  if (!read.ok() && read.error().code == ErrorCode::NotFound)
    return missing_owner_key(owner_key_file);
  const KeyFile file = PATCHBAY_TRY(std::move(read));
  crypto::SigningKey key = PATCHBAY_TRY(crypto::SigningKey::from_seed(file.secret));
  if (file.project_id != identity.project_id || key.public_key() != identity.owner_public_key)
    return other_owner(owner_key_file, file);
  return Owner(std::move(key));
}

Result<Owner> Owner::open(store::Database& database,
                          const VaultIdentity& identity,
                          const SlotSecret& secret) {
  PATCHBAY_TRY(crypto::initialise());
  const SlotPlace place{SlotTable::Signing, identity.project_id};
  SlotFit worst = SlotFit::WrongSecret;
  bool found = false;
  for (const Slot& slot : PATCHBAY_TRY(read_slots(database, SlotTable::Signing))) {
    if (slot.subject != owner_name || slot.kind != to_string(secret.kind)) continue;
    found = true;
    SlotTrial trial = PATCHBAY_TRY(try_slot(place, secret, slot));
    if (trial.fit != SlotFit::Opened) {
      if (worst == SlotFit::WrongSecret) worst = trial.fit;
      continue;
    }
    crypto::SigningKey key = PATCHBAY_TRY(crypto::SigningKey::from_seed(trial.content));
    if (key.public_key() == identity.owner_public_key) return Owner(std::move(key));
    worst = SlotFit::Damaged;
  }
  return not_opened(secret.kind, found, worst);
}

Result<Slot> Owner::slot_for(std::string_view project_id,
                             const SlotSecret& secret,
                             std::string_view id) const {
  Slot wanted;
  wanted.id = id;
  wanted.subject = name_;
  const SecretBytes content = PATCHBAY_TRY(seed());
  return make_slot({SlotTable::Signing, project_id}, secret, content, std::move(wanted));
}

crypto::Signature Owner::sign(std::string_view statement) const {
  return key_.sign(crypto::bytes_of(statement));
}

bool is_signed_by_owner(const VaultIdentity& identity,
                        std::string_view statement,
                        crypto::ByteView signature) {
  return crypto::verify(identity.owner_public_key, crypto::bytes_of(statement), signature);
}

}  // namespace patchbay::host
