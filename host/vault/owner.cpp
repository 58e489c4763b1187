#include "core/crypto/kdf.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/vault.hpp"

namespace patchbay::host {
namespace {

Error missing_owner_key(const std::filesystem::path& path) {
  return Error{ErrorCode::NotAllowed,
               "this change needs the owner's key, and there is none at " + path.string(),
               {},
               {}};
}

Error other_owner(const std::filesystem::path& path, const KeyFile& file) {
  return Error{ErrorCode::Vault,
               "the owner key " + path.string() + " of project " + file.project_id +
                   " is not the one that patchbay.toml names",
               "give the owner.key that was made together with this patchbay.toml",
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

crypto::Signature Owner::sign(std::string_view statement) const {
  return key_.sign(crypto::bytes_of(statement));
}

bool is_signed_by_owner(const VaultIdentity& identity,
                        std::string_view statement,
                        crypto::ByteView signature) {
  return crypto::verify(identity.owner_public_key, crypto::bytes_of(statement), signature);
}

}  // namespace patchbay::host
