#include "host/vault/key_file.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using testing::contents_of;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::must;
using ::testing::Not;
using testing::ReadyVaultHome;
using testing::VaultHome;

constexpr std::string_view credential = "AIzaSyD-not-a-real-key-000000000000000";
constexpr std::int64_t now_s = 1'795'411'384;

SecretBytes secret(std::string_view text) {
  return must(SecretBytes::copy_of(text));
}

Vault::Encrypted encrypted(const Vault& vault, std::string_view text = credential) {
  return must(vault.encrypt(secret(text), now_s));
}

Error failure_of(Result<Vault> opened) {
  if (opened.ok()) throw std::runtime_error("the vault opened");
  return std::move(opened).error();
}

void set_contents(const fs::path& file, std::string_view contents) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << contents;
}

TEST(VaultTest, OpensWhatItEncrypted) {
  ReadyVaultHome home;
  const Vault vault = must(home.open());
  const Vault::Encrypted one = encrypted(vault);
  const Vault::Encrypted other = encrypted(vault);
  EXPECT_EQ(one.key_version, 1);
  EXPECT_NE(one.token, other.token);
  EXPECT_THAT(one.token, Not(HasSubstr(std::string(credential))));
  EXPECT_EQ(must(vault.decrypt(one.token, 1)).expose_text(), credential);
  EXPECT_EQ(must(must(home.open()).decrypt(other.token, 1)).expose_text(), credential);
}

TEST(VaultTest, EncryptsUpToItsLimit) {
  ReadyVaultHome home;
  const Vault vault = must(home.open());
  const std::string longest(Vault::credential_size_max, 'k');
  EXPECT_EQ(must(vault.decrypt(encrypted(vault, longest).token, 1)).expose_text(), longest);
  for (const std::string& wrong : {std::string(), longest + 'k'}) {
    const auto refused = vault.encrypt(secret(wrong), now_s);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::BadInput);
  }
}

TEST(VaultTest, AsksForReentryOfATokenThatDoesNotOpen) {
  ReadyVaultHome home;
  const Vault vault = must(home.open());
  std::string token = encrypted(vault).token;
  token[40] = token[40] == 'A' ? 'B' : 'A';
  const auto opened = vault.decrypt(token, 1);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::Vault);
  EXPECT_THAT(opened.error().message, HasSubstr("needs re-entry"));
  EXPECT_THAT(opened.error().message, Not(HasSubstr(token)));
}

TEST(VaultTest, NamesAVersionThatItDoesNotHave) {
  ReadyVaultHome home;
  const Vault vault = must(home.open());
  for (const std::int64_t version : {0, 2}) {
    const auto opened = vault.decrypt(encrypted(vault).token, version);
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, HasSubstr("key version " + std::to_string(version)));
  }
}

TEST(VaultTest, OpensNoTokenOfAnotherVault) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  const Vault vault = must(home.open());
  EXPECT_FALSE(must(other.open()).decrypt(encrypted(vault).token, 1).ok());
}

TEST(VaultTest, FingerprintsTellSecretsApartAndVaultsToo) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  const Vault vault = must(home.open());
  const std::string print = vault.fingerprint(secret(credential));
  EXPECT_THAT(print, MatchesRegex("[0-9a-f]{8}"));
  EXPECT_EQ(print, must(home.open()).fingerprint(secret(credential)));
  EXPECT_NE(print, vault.fingerprint(secret("another")));
  EXPECT_NE(print, must(other.open()).fingerprint(secret(credential)));
}

TEST(VaultTest, DigestsOfTextsAreComparedWithinOneVaultOnly) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  const Vault vault = must(home.open());
  const std::string digest = vault.keyed_digest("a banana");
  EXPECT_THAT(digest, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(digest, must(home.open()).keyed_digest("a banana"));
  EXPECT_NE(digest, vault.keyed_digest("a banana "));
  EXPECT_NE(digest, must(other.open()).keyed_digest("a banana"));
  EXPECT_THAT(vault.keyed_digest(""), MatchesRegex("[0-9a-f]{32}"));
}

TEST(VaultTest, ExportsTheKeyThatOtherLibrariesTake) {
  ReadyVaultHome home;
  const Vault vault = must(home.open());
  const SecretBytes exported = must(vault.export_fernet_key(1));
  EXPECT_EQ(exported.size(), 44U);
  const crypto::FernetKey key = must(crypto::FernetKey::parse(exported.expose_text()));
  EXPECT_EQ(must(crypto::fernet_decrypt(key, encrypted(vault).token)).expose_text(), credential);
  EXPECT_FALSE(vault.export_fernet_key(2).ok());
}

TEST(VaultTest, KeepsTheRootAndTheKeyOutOfTheDatabase) {
  ReadyVaultHome home;
  const SecretBytes exported = must(must(home.open()).export_fernet_key(1));
  const SecretBytes raw = must(crypto::secret_from_base64url(exported.expose_text()));
  must(home.database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  const std::string file = contents_of(home.directory / "patchbay.db");
  EXPECT_EQ(file.find(raw.expose_text()), std::string::npos);
  EXPECT_EQ(file.find(exported.expose_text()), std::string::npos);
}

TEST(VaultOpenTest, ListsThePlacesWhereItLookedForAServiceKey) {
  ReadyVaultHome home;
  const fs::path one = home.directory / "a.key";
  const fs::path other = home.directory / "b.key";
  const Error error = failure_of(Vault::open(home.database, home.identity, {one, other}));
  EXPECT_EQ(error.code, ErrorCode::Locked);
  EXPECT_THAT(error.message, HasSubstr(one.string() + ", " + other.string()));
}

TEST(VaultOpenTest, TakesTheFirstKeyThatIsThereAndSaysWhich) {
  ReadyVaultHome home;
  const Vault vault = must(Vault::open(
      home.database, home.identity, {home.directory / "absent", home.files.service_key_file}));
  EXPECT_EQ(vault.opened_with(), home.files.service_key_file);
}

TEST(VaultOpenTest, SaysWhenTheKeyBelongsToAnotherProject) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  const Error error =
      failure_of(Vault::open(home.database, home.identity, {other.files.service_key_file}));
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr("belongs to project " + other.identity.project_id));
  EXPECT_THAT(error.message, HasSubstr(home.identity.project_id));
}

TEST(VaultOpenTest, SaysWhenThereIsNoVaultYet) {
  ReadyVaultHome home;
  const Error error =
      failure_of(Vault::open(home.database, VaultIdentity(), {home.files.service_key_file}));
  EXPECT_EQ(error.code, ErrorCode::NotConfigured);
}

TEST(VaultOpenTest, TakesNoOwnerKeyForAServiceKey) {
  ReadyVaultHome home;
  const Error error =
      failure_of(Vault::open(home.database, home.identity, {home.files.owner_key_file}));
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr("is an owner key, not a service key"));
}

TEST(VaultOpenTest, RefusesAKeyThatOthersMayRead) {
  ReadyVaultHome home;
  ASSERT_EQ(chmod(home.files.service_key_file.c_str(), 0640), 0);
  const Error error = failure_of(home.open());
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr("read or written by others"));
  EXPECT_THAT(error.hint, HasSubstr("chmod 600"));
}

TEST(VaultOpenTest, RefusesASymbolicLink) {
  ReadyVaultHome home;
  const fs::path link = home.directory / "link.key";
  fs::create_symlink(home.files.service_key_file, link);
  EXPECT_THAT(failure_of(Vault::open(home.database, home.identity, {link})).message,
              HasSubstr("symbolic link"));
}

TEST(VaultOpenTest, RefusesADamagedKeyFileWithoutShowingIt) {
  ReadyVaultHome home;
  const std::string good = contents_of(home.files.service_key_file);
  const std::string payload = good.substr(good.rfind(' ') + 1, 43);
  const std::vector<std::string> damaged{
      "",
      "\n",
      good.substr(0, good.size() - 2),
      good + "x",
      good + "\n",
      " " + good,
      "patchbay-service-key-2" + good.substr(22),
      "patchbay-service-key-1 not-a-project " + payload + "=\n",
      std::string(KeyFile::size_max, 'x'),
      std::string(KeyFile::size_max + 1, 'x'),
  };
  for (const std::string& contents : damaged) {
    set_contents(home.files.service_key_file, contents);
    const Error error = failure_of(home.open());
    EXPECT_NE(error.code, ErrorCode::Locked) << contents;
    EXPECT_THAT(error.message, HasSubstr(home.files.service_key_file.string()));
    EXPECT_THAT(error.message, Not(HasSubstr(payload)));
  }
}

TEST(VaultOpenTest, SaysWhenTheSlotIsDamaged) {
  ReadyVaultHome home;
  must(home.database.execute("UPDATE patchbay_keyslots SET wrapped = zeroblob(length(wrapped))"));
  const Error error = failure_of(home.open());
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr("is damaged: the right service key does not open it"));
}

class MovedSlotTest : public ::testing::TestWithParam<const char*> {};

TEST_P(MovedSlotTest, DoesNotOpen) {
  ReadyVaultHome home;
  must(home.database.execute(GetParam()));
  EXPECT_EQ(failure_of(home.open()).code, ErrorCode::Vault);
}

INSTANTIATE_TEST_SUITE_P(
    VaultOpenTest,
    MovedSlotTest,
    ::testing::Values("UPDATE patchbay_keyslots SET id = 'other'",
                      "UPDATE patchbay_keyslots SET generation = 2",
                      "UPDATE patchbay_keyslots SET kind = 'password'",
                      "UPDATE patchbay_keyslots SET wrapped = substr(wrapped, 1, 40)",
                      "UPDATE patchbay_keyslots SET wrapped = x''"));

TEST(VaultOpenTest, OpensWithAnySlotThatFits) {
  ReadyVaultHome home;
  must(
      home.database.execute("INSERT INTO patchbay_keyslots (id, kind, wrapped, created_at)"
                            " VALUES ('bad', 'key_file', x'00', '2000-01-01 00:00:00')"));
  EXPECT_TRUE(home.open().ok());
}

TEST(VaultOpenTest, SaysWhenTheGenerationsDiffer) {
  ReadyVaultHome home;
  home.identity.generation = 2;
  const Error error = failure_of(home.open());
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr("names generation 2"));
  EXPECT_THAT(error.message, HasSubstr("holds generation 1"));
}

TEST(VaultOpenTest, SaysWhenThereIsNoSlot) {
  ReadyVaultHome home;
  must(home.database.execute("DELETE FROM patchbay_keyslots"));
  EXPECT_THAT(failure_of(home.open()).message, HasSubstr("holds no keyslot"));
}

TEST(VaultOpenTest, SaysWhenTheCheckValueDoesNotMatch) {
  ReadyVaultHome home;
  must(home.database.execute("UPDATE patchbay_key_versions SET wrapped = zeroblob(16)"));
  const Error error = failure_of(home.open());
  EXPECT_EQ(error.code, ErrorCode::Vault);
  EXPECT_THAT(error.message, HasSubstr("check value of key version 1 does not match"));
}

TEST(VaultOpenTest, SaysWhenNoVersionIsLeft) {
  ReadyVaultHome home;
  must(home.database.execute("DELETE FROM patchbay_key_versions"));
  EXPECT_THAT(failure_of(home.open()).message, HasSubstr("names no derived version"));
}

}  // namespace
}  // namespace patchbay::host
