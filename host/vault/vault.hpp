// The root secret and what follows from it: Fernet keys by version, fingerprints.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"
#include "core/crypto/fernet.hpp"
#include "core/crypto/signature.hpp"
#include "core/store/database.hpp"
#include "host/vault/slot.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::host {

// What patchbay.toml says of the vault; public.
struct VaultIdentity {
  std::string project_id;
  crypto::PublicKey owner_public_key{};
  std::int64_t generation = 1;
};

inline constexpr std::string_view owner_name = "owner";

struct CreateVaultOptions {
  std::filesystem::path service_key_file;
  std::filesystem::path owner_key_file;
  // Where given, the owner's signing key is kept in the database, wrapped for it, and no owner.key
  // is made.
  const SecretBytes* owner_password = nullptr;
  crypto::PasswordCost password_cost{};
};

// Makes project id, root, service key and owner key. Refuses where either file exists, or where the
// database holds a slot already. The caller writes the identity to patchbay.toml.
[[nodiscard]] Result<VaultIdentity> create_vault(store::Database& database,
                                                 const CreateVaultOptions& options);

// Completes what a killed create_vault() left behind, before patchbay.toml was written: from the
// owner key alone, from both files without a slot, or from all of it; with an owner's password,
// from the service key and the slots. Never touches a vault that these do not open. Errors:
// NotFound where there is no owner key.
[[nodiscard]] Result<VaultIdentity> finish_vault(store::Database& database,
                                                 const CreateVaultOptions& options);

// Where the service key may be, in order: --key-file, PATCHBAY_VAULT_KEY_FILE,
// $CREDENTIALS_DIRECTORY/patchbay.vault, service.key in the home. A flag is the only place.
[[nodiscard]] std::vector<std::filesystem::path> service_key_places(
    const std::filesystem::path& flag, const std::filesystem::path& home_file);

// The value of PATCHBAY_VAULT_KEY, which is a service key's line: taken out of the environment and
// overwritten where the system shows it to others. Empty where there is none. To be called once,
// while the program has one thread and no child.
[[nodiscard]] Result<SecretBytes> take_environment_key();

// Opened for use: decrypts, encrypts, fingerprints; cannot sign.
class Vault {
 public:
  // Errors: Locked (no service key; names the places), Vault (wrong key for this project, damaged
  // slot, check value does not match), each with its own words. Where there is an environment key,
  // it is the one that counts.
  [[nodiscard]] static Result<Vault> open(store::Database& database,
                                          const VaultIdentity& identity,
                                          const std::vector<std::filesystem::path>& places,
                                          const SecretBytes* environment_key = nullptr);
  // With a password or a recovery code; `name` is what opened_with() says.
  [[nodiscard]] static Result<Vault> open_by(store::Database& database,
                                             const VaultIdentity& identity,
                                             const SlotSecret& secret,
                                             std::string_view name);
  // A slot that opens this root by the secret, to be stored by whoever asks.
  [[nodiscard]] Result<Slot> slot_for(const SlotSecret& secret,
                                      std::string_view subject,
                                      std::string_view id = {}) const;

  struct Encrypted {
    std::string token;
    std::int64_t key_version = 0;
  };
  static constexpr std::size_t credential_size_max = std::size_t{16} << 10U;  // bytes
  // Errors: BadInput for an empty or oversized credential.
  [[nodiscard]] Result<Encrypted> encrypt(const SecretBytes& credential,
                                          std::int64_t unix_seconds) const;
  // Errors: Vault "needs re-entry" where the token does not open.
  [[nodiscard]] Result<SecretBytes> decrypt(std::string_view token, std::int64_t key_version) const;
  // Eight characters that name a credential without telling any of its own.
  [[nodiscard]] std::string fingerprint(const SecretBytes& credential) const;
  [[nodiscard]] std::int64_t active_version() const;
  // False for a key that was imported, and for a version that there is none of.
  [[nodiscard]] bool is_derived(std::int64_t version) const;
  // Adds the next version of the derived key, which new tokens use from now on. Within the caller's
  // transaction; where that is not committed, the vault is to be opened anew.
  [[nodiscard]] Result<std::int64_t> begin_version(store::Database& database);
  // Marks derived versions as done with that are neither the newest nor that of any key.
  [[nodiscard]] static Status retire_versions(store::Database& database);
  // The 44 characters that Python's Fernet(key) takes.
  [[nodiscard]] Result<SecretBytes> export_fernet_key(std::int64_t version) const;
  // Keeps another system's Fernet key, wrapped under the root, and gives the version it has now.
  // A key that is there already keeps its version. New credentials never use an imported key.
  [[nodiscard]] Result<std::int64_t> import_fernet_key(store::Database& database,
                                                       const crypto::FernetKey& key);
  // The version whose key opens a token of unknown origin. Errors: Vault, where none does.
  [[nodiscard]] Result<std::int64_t> version_that_opens(std::string_view token) const;
  // A digest of a prompt that only this vault can compare; empty where memory ran out.
  [[nodiscard]] std::string keyed_digest(std::string_view text) const;
  [[nodiscard]] const std::filesystem::path& opened_with() const;

 private:
  Vault(std::string project_id,
        SecretBytes root,
        std::int64_t generation,
        std::filesystem::path opened_with)
      : project_id_(std::move(project_id)),
        root_(std::move(root)),
        generation_(generation),
        opened_with_(std::move(opened_with)) {}
  [[nodiscard]] static Result<Vault> open_root_by(store::Database& database,
                                                  const VaultIdentity& identity,
                                                  const SlotSecret& secret,
                                                  std::filesystem::path name);
  [[nodiscard]] Status derive_keys();
  [[nodiscard]] Status read_versions(store::Database& database);
  [[nodiscard]] Result<crypto::FernetKey> key_of_version(std::int64_t version,
                                                         std::string_view kind,
                                                         crypto::ByteView wrapped) const;
  [[nodiscard]] Result<const crypto::FernetKey*> usable_key(std::int64_t version) const;
  [[nodiscard]] Result<SecretBytes> decrypt_with_newer(std::string_view token,
                                                       std::int64_t key_version) const;

  std::string project_id_;
  SecretBytes root_;
  std::int64_t generation_;
  std::filesystem::path opened_with_;
  SecretBytes fingerprint_key_;
  SecretBytes digest_key_;
  std::map<std::int64_t, crypto::FernetKey> keys_;  // by version
  std::vector<std::int64_t> derived_;
  std::map<std::int64_t, std::string> unusable_;  // versions that cannot be used, and why
  std::int64_t active_version_ = 0;
};

// The key that the existing system makes of a passphrase: its bytes, padded with NUL or cut to 32.
[[nodiscard]] Result<crypto::FernetKey> padded_fernet_key(const SecretBytes& passphrase);

// The owner's signing key, for changes.
class Owner {
 public:
  // Errors: NotAllowed where the file is missing (names it), Vault where it is another project's.
  [[nodiscard]] static Result<Owner> open(const std::filesystem::path& owner_key_file,
                                          const VaultIdentity& identity);
  // From the slots in the database, with a password or a recovery code. Errors: NotAllowed where
  // there is no such slot, or the secret is wrong; Vault where the slot is damaged, or another's.
  [[nodiscard]] static Result<Owner> open(store::Database& database,
                                          const VaultIdentity& identity,
                                          const SlotSecret& secret);
  // A slot that opens this key by the secret, to be stored by whoever asks.
  [[nodiscard]] Result<Slot> slot_for(std::string_view project_id,
                                      const SlotSecret& secret,
                                      std::string_view id = {}) const;
  // For an owner.key.
  [[nodiscard]] Result<SecretBytes> seed() const { return key_.seed(); }
  [[nodiscard]] crypto::Signature sign(std::string_view statement) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  explicit Owner(crypto::SigningKey key) : key_(std::move(key)) {}
  crypto::SigningKey key_;
  std::string name_{owner_name};  // the signer that stands beside each signature
};

// What a manager signs for a key, as canonical length-prefixed text: decision D6.
struct KeyStatement {
  std::string project_id;
  std::string key_id;
  std::string provider_id;
  std::string adapter_id;
  std::string auth_type;
  std::string environment;
  std::string user;
  std::string endpoint;              // the provider's, with its path
  std::vector<std::string> origins;  // where the credential may be sent; sorted
  bool allow_private = false;
  std::int64_t key_version = 0;
  std::string token_sha256;  // hex
  std::int64_t activation = 0;

  [[nodiscard]] std::string text() const;
};

// What a manager signs to vouch for a plugin.
struct PluginStatement {
  std::string project_id;
  std::string sha256;        // of the file
  std::string capabilities;  // canonical JSON: adapter ids, origins, credential placements

  [[nodiscard]] std::string text() const;
};

[[nodiscard]] bool is_signed_by_owner(const VaultIdentity& identity,
                                      std::string_view statement,
                                      crypto::ByteView signature);

}  // namespace patchbay::host
