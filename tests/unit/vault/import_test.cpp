#include "tests/support/fixtures.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>

#include <map>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::ReadyVaultHome;

SecretBytes secret(std::string_view text) {
  return must(SecretBytes::copy_of(text));
}

std::string token_under(const crypto::FernetKey& key, std::string_view plain) {
  return must(crypto::fernet_encrypt(key, crypto::bytes_of(plain), 1'795'411'384));
}

TEST(ImportTest, OpensTokensOfTheImportedKeyAndOfItsOwn) {
  ReadyVaultHome home;
  Vault vault = must(home.open());
  const crypto::FernetKey old_key = must(padded_fernet_key(secret("an old passphrase")));
  const std::string old_token = token_under(old_key, "old credential");
  const Vault::Encrypted own = must(vault.encrypt(secret("own credential"), 1));

  EXPECT_EQ(must(vault.import_fernet_key(home.database, old_key)), 2);
  const Vault reopened = must(home.open());
  for (const Vault* opened : {static_cast<const Vault*>(&vault), &reopened}) {
    EXPECT_EQ(must(opened->decrypt(old_token, 2)).expose_text(), "old credential");
    EXPECT_EQ(must(opened->decrypt(own.token, 1)).expose_text(), "own credential");
    EXPECT_EQ(must(opened->version_that_opens(old_token)), 2);
    EXPECT_EQ(must(opened->version_that_opens(own.token)), 1);
  }
}

TEST(ImportTest, NeverEncryptsWithAnImportedKey) {
  ReadyVaultHome home;
  Vault vault = must(home.open());
  must(vault.import_fernet_key(home.database, must(padded_fernet_key(secret("old")))));
  EXPECT_EQ(vault.active_version(), 1);
  EXPECT_EQ(must(must(home.open()).encrypt(secret("new"), 1)).key_version, 1);
}

TEST(ImportTest, KeepsOneVersionForOneKey) {
  ReadyVaultHome home;
  Vault vault = must(home.open());
  const crypto::FernetKey key = must(padded_fernet_key(secret("old")));
  EXPECT_EQ(must(vault.import_fernet_key(home.database, key)), 2);
  EXPECT_EQ(must(vault.import_fernet_key(home.database, key)), 2);
  Vault reopened = must(home.open());
  EXPECT_EQ(must(reopened.import_fernet_key(home.database, key)), 2);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_versions"), 2);
}

TEST(ImportTest, ADamagedImportCostsOnlyItself) {
  ReadyVaultHome home;
  Vault vault = must(home.open());
  const crypto::FernetKey one = must(padded_fernet_key(secret("one")));
  const crypto::FernetKey other = must(padded_fernet_key(secret("other")));
  must(vault.import_fernet_key(home.database, one));
  must(vault.import_fernet_key(home.database, other));
  must(
      home.database.execute("UPDATE patchbay_key_versions SET wrapped = zeroblob(72)"
                            " WHERE version = 2"));
  const Vault reopened = must(home.open());
  const auto damaged = reopened.decrypt(token_under(one, "x"), 2);
  ASSERT_FALSE(damaged.ok());
  EXPECT_THAT(damaged.error().message, HasSubstr("imported key version 2 is damaged"));
  EXPECT_EQ(must(reopened.decrypt(token_under(other, "y"), 3)).expose_text(), "y");
}

TEST(ImportTest, AWrappedKeyOpensUnderItsOwnVersionOnly) {
  ReadyVaultHome home;
  Vault vault = must(home.open());
  must(vault.import_fernet_key(home.database, must(padded_fernet_key(secret("one")))));
  must(home.database.execute("UPDATE patchbay_key_versions SET version = 7 WHERE version = 2"));
  EXPECT_FALSE(must(home.open()).export_fernet_key(7).ok());
}

TEST(ImportTest, SaysWhenNoVersionOpensAToken) {
  ReadyVaultHome home;
  const Vault vault = must(home.open());
  const crypto::FernetKey unknown = must(padded_fernet_key(secret("unknown")));
  const auto version = vault.version_that_opens(token_under(unknown, "x"));
  ASSERT_FALSE(version.ok());
  EXPECT_EQ(version.error().code, ErrorCode::Vault);
}

TEST(PaddedKeyTest, PadsWithNulAndCutsToThirtyTwoBytes) {
  const auto bytes_of_key = [](std::string_view passphrase) {
    const SecretBytes text = must(must(padded_fernet_key(secret(passphrase))).text());
    return std::string(must(crypto::secret_from_base64url(text.expose_text())).expose_text());
  };
  EXPECT_EQ(bytes_of_key("short"), std::string("short") + std::string(27, '\0'));
  EXPECT_EQ(bytes_of_key(std::string(32, 'k')), std::string(32, 'k'));
  EXPECT_EQ(bytes_of_key(std::string(32, 'k') + "rest"), std::string(32, 'k'));
  EXPECT_EQ(bytes_of_key("ключ"), std::string("ключ") + std::string(24, '\0'));
  EXPECT_FALSE(padded_fernet_key(SecretBytes()).ok());
}

// The database of the existing system, whose key follows from its public source code.
TEST(ImportTest, OpensTheKeysOfTheExistingSystem) {
  const std::filesystem::path folder = test::fixtures() / "legacy";
  PATCHBAY_NEEDS_FIXTURE(folder);
  const std::string plain = testing::contents_of(folder / "bananagen.plain.json");
  ReadyVaultHome home;
  Vault vault = must(home.open());
  const crypto::FernetKey key =
      must(crypto::FernetKey::parse("0mWToMOVoU9B6gpneSEYHXx7134FNvesoGbATWO0qh0="));
  const std::int64_t version = must(vault.import_fernet_key(home.database, key));

  testing::TempDir copy;
  std::filesystem::copy_file(folder / "bananagen.db", copy / "legacy.db");
  store::Database legacy =
      must(store::Database::open(copy / "legacy.db", store::OpenMode::ReadOnly));
  store::Statement rows =
      must(store::Statement::prepare(legacy, "SELECT id, key_value FROM api_keys"));
  int count = 0;
  for (; must(rows.step()); ++count) {
    const SecretBytes opened = must(vault.decrypt(rows.text(1), version));
    EXPECT_THAT(plain,
                HasSubstr('"' + std::string(rows.text(0)) + "\": \"" +
                          std::string(opened.expose_text()) + '"'));
  }
  EXPECT_EQ(count, 4);
}

}  // namespace
}  // namespace patchbay::host
