#include "host/vault/vault.hpp"

#include "core/crypto/hash.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/seal.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/keyslot.hpp"

#include <algorithm>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view derived_kind = "derived";
constexpr std::string_view imported_kind = "imported";
constexpr std::string_view import_label = "import/v1";
constexpr std::string_view fingerprint_label = "fingerprint/v1";
constexpr std::string_view digest_label = "digest/v1";
constexpr std::size_t digest_size_bytes = 16;
constexpr std::string_view environment_key_name = "PATCHBAY_VAULT_KEY";

std::string fernet_label(std::int64_t version) {
  return "fernet/v" + std::to_string(version);
}

std::string import_context(std::string_view project_id, std::int64_t version) {
  return std::string(project_id) + '|' + std::string(imported_kind) + '|' + std::to_string(version);
}

Error no_service_key(const std::vector<fs::path>& places) {
  std::string message = "no service key was found; looked at: ";
  for (const fs::path& place : places) {
    if (&place != &places.front()) message += ", ";
    message += place.string();
  }
  if (places.empty()) message = "no service key was found, and no place to look for one is known";
  return Error{ErrorCode::Locked,
               message,
               "give --key-file, PATCHBAY_VAULT_KEY, PATCHBAY_VAULT_KEY_FILE, "
               "$CREDENTIALS_DIRECTORY/patchbay.vault, or service.key in the home; `patchbay vault "
               "recover` makes a lost one anew",
               {}};
}

struct FoundServiceKey {
  KeyFile key;
  fs::path path;
};

Result<FoundServiceKey> find_service_key(const std::vector<fs::path>& places,
                                         const SecretBytes* environment_key) {
  if (environment_key != nullptr && !environment_key->empty()) {
    const fs::path name = environment_key_name;
    return FoundServiceKey{
        PATCHBAY_TRY(key_file_of_text(environment_key->expose_text(), KeyFileKind::Service, name)),
        name};
  }
  for (const fs::path& place : places) {
    Result<KeyFile> key = read_key_file(place, KeyFileKind::Service);
    if (key.ok()) return FoundServiceKey{std::move(key).value(), place};
    if (key.error().code != ErrorCode::NotFound) return std::move(key).error();
  }
  return no_service_key(places);
}

Status check_project(const FoundServiceKey& found, const VaultIdentity& identity) {
  if (identity.project_id.empty())
    return Error{ErrorCode::NotConfigured,
                 "there is no vault yet: patchbay.toml names no project",
                 "run `patchbay init`",
                 {}};
  if (found.key.project_id == identity.project_id) return {};
  return Error{ErrorCode::Vault,
               "the service key " + found.path.string() + " belongs to project " +
                   found.key.project_id + ", patchbay.toml names project " + identity.project_id,
               "give the service key that was made together with this patchbay.toml",
               {}};
}

bool same_key(const crypto::FernetKey& a, const crypto::FernetKey& b) {
  return std::ranges::equal(a.signing_key(), b.signing_key()) &&
         std::ranges::equal(a.encryption_key(), b.encryption_key());
}

}  // namespace

Result<Vault> Vault::open(store::Database& database,
                          const VaultIdentity& identity,
                          const std::vector<fs::path>& places,
                          const SecretBytes* environment_key) {
  PATCHBAY_TRY(crypto::initialise());
  const FoundServiceKey found = PATCHBAY_TRY(find_service_key(places, environment_key));
  PATCHBAY_TRY(check_project(found, identity));
  return open_root_by(database, identity, {SlotKind::KeyFile, found.key.secret}, found.path);
}

Result<Vault> Vault::open_by(store::Database& database,
                             const VaultIdentity& identity,
                             const SlotSecret& secret,
                             std::string_view name) {
  PATCHBAY_TRY(crypto::initialise());
  return open_root_by(database, identity, secret, name);
}

Result<Vault> Vault::open_root_by(store::Database& database,
                                  const VaultIdentity& identity,
                                  const SlotSecret& secret,
                                  fs::path name) {
  OpenedRoot opened =
      PATCHBAY_TRY(open_root(database, identity.project_id, secret, identity.generation));
  Vault vault(identity.project_id, std::move(opened.root), opened.generation, std::move(name));
  PATCHBAY_TRY(vault.derive_keys());
  PATCHBAY_TRY(vault.read_versions(database));
  return vault;
}

Result<Slot> Vault::slot_for(const SlotSecret& secret,
                             std::string_view subject,
                             std::string_view id) const {
  Slot wanted;
  wanted.id = id;
  wanted.subject = subject;
  wanted.generation = generation_;
  return make_slot({SlotTable::Root, project_id_}, secret, root_, std::move(wanted));
}

Status Vault::derive_keys() {
  fingerprint_key_ = PATCHBAY_TRY(
      derived_from(root_, project_id_, fingerprint_label, crypto::seal_key_size_bytes));
  digest_key_ =
      PATCHBAY_TRY(derived_from(root_, project_id_, digest_label, crypto::seal_key_size_bytes));
  return {};
}

// A version that cannot be used is remembered with the reason; the others still open their tokens.
Status Vault::read_versions(store::Database& database) {
  store::Statement query = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT version, kind, wrapped, retired_at IS NOT NULL FROM patchbay_key_versions"
      " ORDER BY version"));
  std::string reason = "the database names no derived version";
  while (PATCHBAY_TRY(query.step())) {
    const std::int64_t version = query.integer(0);
    const bool is_derived = query.text(1) == derived_kind;
    Result<crypto::FernetKey> key = key_of_version(version, query.text(1), query.blob(2));
    if (key.ok()) {
      keys_.emplace(version, std::move(key).value());
      if (is_derived) derived_.push_back(version);
      if (is_derived && query.integer(3) == 0) active_version_ = version;
      continue;
    }
    if (is_derived) reason = key.error().message;
    unusable_.emplace(version, key.error().message);
  }
  if (active_version_ != 0) return {};
  return Error{ErrorCode::Vault,
               "the vault opens, but has no key to work with: " + reason,
               "restore the database from a backup",
               {}};
}

Result<crypto::FernetKey> Vault::key_of_version(std::int64_t version,
                                                std::string_view kind,
                                                crypto::ByteView wrapped) const {
  const std::string name = "version " + std::to_string(version);
  if (kind == derived_kind) {
    const SecretBytes check = PATCHBAY_TRY(check_value_of(root_, project_id_));
    if (!std::ranges::equal(check.expose(), wrapped))
      return Error{ErrorCode::Vault,
                   "the check value of key " + name + " does not match the root secret",
                   {},
                   {}};
    return crypto::FernetKey::from_bytes(PATCHBAY_TRY(
        derived_from(root_, project_id_, fernet_label(version), crypto::FernetKey::size_bytes)));
  }
  const SecretBytes wrapping_key =
      PATCHBAY_TRY(derived_from(root_, project_id_, import_label, crypto::seal_key_size_bytes));
  Result<SecretBytes> bytes =
      crypto::open_sealed(wrapping_key, wrapped, import_context(project_id_, version));
  if (!bytes.ok())
    return Error{ErrorCode::Vault, "the imported key " + name + " is damaged", {}, {}};
  return crypto::FernetKey::from_bytes(std::move(bytes).value());
}

Result<const crypto::FernetKey*> Vault::usable_key(std::int64_t version) const {
  if (const auto found = keys_.find(version); found != keys_.end()) return &found->second;
  if (const auto found = unusable_.find(version); found != unusable_.end())
    return Error{ErrorCode::Vault, found->second, "restore the database from a backup", {}};
  return Error{ErrorCode::Vault,
               "this vault has no key version " + std::to_string(version),
               "enter the key again with `patchbay configure --force`, or import the Fernet key"
               " it was stored under with `patchbay vault import-fernet-key`",
               {}};
}

Result<Vault::Encrypted> Vault::encrypt(const SecretBytes& credential,
                                        std::int64_t unix_seconds) const {
  if (credential.empty() || credential.size() > credential_size_max)
    return Error{ErrorCode::BadInput,
                 credential.empty()
                     ? std::string("the key is empty")
                     : "the key is longer than " + std::to_string(credential_size_max) + " bytes",
                 {},
                 {}};
  const crypto::FernetKey* key = PATCHBAY_TRY(usable_key(active_version_));
  return Encrypted{PATCHBAY_TRY(crypto::fernet_encrypt(*key, credential.expose(), unix_seconds)),
                   active_version_};
}

Result<SecretBytes> Vault::decrypt(std::string_view token, std::int64_t key_version) const {
  const bool is_new = !keys_.contains(key_version) && !unusable_.contains(key_version) &&
                      key_version > active_version_;
  if (is_new) return decrypt_with_newer(token, key_version);
  const crypto::FernetKey* key = PATCHBAY_TRY(usable_key(key_version));
  Result<SecretBytes> plain = crypto::fernet_decrypt(*key, token);
  if (plain.ok()) return plain;
  return Error{ErrorCode::Vault,
               "the stored key needs re-entry: it does not open with key version " +
                   std::to_string(key_version),
               "enter it again with `patchbay configure --provider NAME --force`",
               {}};
}

std::string Vault::fingerprint(const SecretBytes& credential) const {
  return crypto::fingerprint(fingerprint_key_, credential.expose());
}

// Another process has begun a version since this vault was opened: the root gives that key, too.
Result<SecretBytes> Vault::decrypt_with_newer(std::string_view token,
                                              std::int64_t key_version) const {
  SecretBytes bytes = PATCHBAY_TRY(
      derived_from(root_, project_id_, fernet_label(key_version), crypto::FernetKey::size_bytes));
  const auto key = PATCHBAY_TRY(crypto::FernetKey::from_bytes(std::move(bytes)));
  Result<SecretBytes> plain = crypto::fernet_decrypt(key, token);
  if (plain.ok()) return plain;
  return usable_key(key_version).error();
}

Result<SecretBytes> Vault::export_fernet_key(std::int64_t version) const {
  const crypto::FernetKey* key = PATCHBAY_TRY(usable_key(version));
  return key->text();
}

Result<std::int64_t> Vault::import_fernet_key(store::Database& database,
                                              const crypto::FernetKey& key) {
  for (const auto& [version, present] : keys_)
    if (same_key(present, key)) return version;
  const SecretBytes text = PATCHBAY_TRY(key.text());
  crypto::FernetKey copy = PATCHBAY_TRY(crypto::FernetKey::parse(text.expose_text()));
  const SecretBytes bytes = PATCHBAY_TRY(crypto::secret_from_base64url(text.expose_text()));
  const SecretBytes wrapping_key =
      PATCHBAY_TRY(derived_from(root_, project_id_, import_label, crypto::seal_key_size_bytes));

  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  store::Statement last = PATCHBAY_TRY(store::Statement::prepare(
      database, "SELECT coalesce(max(version), 0) FROM patchbay_key_versions"));
  PATCHBAY_TRY(last.step());
  const std::int64_t version = last.integer(0) + 1;
  last.reset();
  const crypto::Bytes wrapped = PATCHBAY_TRY(
      crypto::seal(wrapping_key, bytes.expose(), import_context(project_id_, version)));
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database, "INSERT INTO patchbay_key_versions (version, kind, wrapped) VALUES (?1, ?2, ?3)"));
  PATCHBAY_TRY(insert.bind(1, version).bind(2, imported_kind).bind(3, wrapped).run());
  PATCHBAY_TRY(transaction.commit());
  keys_.emplace(version, std::move(copy));
  return version;
}

Result<std::int64_t> Vault::version_that_opens(std::string_view token) const {
  for (const auto& [version, key] : keys_)
    if (crypto::fernet_decrypt(key, token).ok()) return version;
  return Error{ErrorCode::Vault,
               "no key version of this vault opens the stored key",
               "import the Fernet key it was stored under with `patchbay vault"
               " import-fernet-key`, or enter the key again",
               {}};
}

// HKDF is a pseudorandom function of its label, so nobody without the root can tell prompts apart.
std::string Vault::keyed_digest(std::string_view text) const {
  const std::string label = crypto::to_hex(crypto::sha256(crypto::bytes_of(text)));
  const Result<SecretBytes> digest =
      derived_from(digest_key_, project_id_, label, digest_size_bytes);
  return digest.ok() ? crypto::to_hex(digest.value().expose()) : std::string();
}

const fs::path& Vault::opened_with() const {
  return opened_with_;
}

}  // namespace patchbay::host
