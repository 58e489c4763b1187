#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <random>
#include <unistd.h>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using testing::contents_of;
using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::ReadyVaultHome;
using ::testing::StartsWith;
using testing::VaultHome;

mode_t mode_of(const fs::path& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return 0;
  return info.st_mode & 07777U;
}

bool holds_no_vault(store::Database& database) {
  return number(database, "SELECT count(*) FROM patchbay_keyslots") == 0 &&
         number(database, "SELECT count(*) FROM patchbay_key_versions") == 0;
}

void expect_usable(VaultHome& home, const VaultIdentity& identity) {
  const Vault vault = must(Vault::open(home.database, identity, {home.files.service_key_file}));
  EXPECT_EQ(vault.active_version(), 1);
  EXPECT_TRUE(Owner::open(home.files.owner_key_file, identity).ok());
}

TEST(CreateVaultTest, MakesTwoPrivateFilesOfOneLineEach) {
  ReadyVaultHome home;
  for (const fs::path& file : {home.files.service_key_file, home.files.owner_key_file}) {
    EXPECT_EQ(mode_of(file), 0600U) << file;
    const std::string contents = contents_of(file);
    EXPECT_EQ(contents.find('\n'), contents.size() - 1);
    EXPECT_THAT(contents, HasSubstr(' ' + home.identity.project_id + ' '));
  }
  EXPECT_THAT(contents_of(home.files.service_key_file), StartsWith("patchbay-service-key-1 "));
  EXPECT_THAT(contents_of(home.files.owner_key_file), StartsWith("patchbay-owner-key-1 "));
  expect_usable(home, home.identity);
}

TEST(CreateVaultTest, GivesEachVaultItsOwnSecrets) {
  ReadyVaultHome one;
  ReadyVaultHome other;
  EXPECT_NE(one.identity.project_id, other.identity.project_id);
  EXPECT_NE(one.identity.owner_public_key, other.identity.owner_public_key);
  EXPECT_NE(must(must(one.open()).export_fernet_key(1)).expose_text(),
            must(must(other.open()).export_fernet_key(1)).expose_text());
}

class ExistingFileTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ExistingFileTest, IsNeitherReplacedNorAccompanied) {
  VaultHome home;
  const fs::path existing = home.directory.write(GetParam(), "keep me");
  const auto made = create_vault(home.database, home.files);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(made.error().message, HasSubstr(existing.string()));
  EXPECT_EQ(contents_of(existing), "keep me");
  const bool has_both =
      fs::exists(home.files.service_key_file) && fs::exists(home.files.owner_key_file);
  EXPECT_FALSE(has_both);
  EXPECT_TRUE(holds_no_vault(home.database));
}

INSTANTIATE_TEST_SUITE_P(CreateVaultTest,
                         ExistingFileTest,
                         ::testing::Values("service.key", "owner.key"));

TEST(CreateVaultTest, RefusesADatabaseThatHoldsAVault) {
  ReadyVaultHome home;
  const CreateVaultOptions other{home.directory / "s2", home.directory / "o2"};
  const auto made = create_vault(home.database, other);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::AlreadyExists);
  EXPECT_FALSE(fs::exists(other.service_key_file));
  EXPECT_FALSE(fs::exists(other.owner_key_file));
}

TEST(CreateVaultTest, NeverMakesANewRootOverSealedKeys) {
  VaultHome home;
  must(
      home.database.execute("INSERT INTO patchbay_key_seals (key_id, key_version, signature)"
                            " VALUES ('k', 1, x'00')"));
  const auto made = create_vault(home.database, home.files);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message, HasSubstr("keyslot is gone"));
  EXPECT_FALSE(fs::exists(home.files.owner_key_file));
}

TEST(CreateVaultTest, LeavesNoFileWhereTheRowsCannotBeWritten) {
  VaultHome home;
  must(
      home.database.execute("CREATE TRIGGER refuse BEFORE INSERT ON patchbay_keyslots"
                            " BEGIN SELECT RAISE(ABORT, 'no'); END"));
  EXPECT_FALSE(create_vault(home.database, home.files).ok());
  EXPECT_FALSE(fs::exists(home.files.service_key_file));
  EXPECT_FALSE(fs::exists(home.files.owner_key_file));
  EXPECT_TRUE(holds_no_vault(home.database));
}

TEST(CreateVaultTest, LeavesNothingWhereTheSecondFileCannotBeWritten) {
  VaultHome home;
  home.files.service_key_file = home.directory / "missing/service.key";
  const auto made = create_vault(home.database, home.files);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::Output);
  EXPECT_FALSE(fs::exists(home.files.owner_key_file));
  EXPECT_TRUE(holds_no_vault(home.database));
}

TEST(FinishVaultTest, ContinuesFromTheOwnerKeyAlone) {
  ReadyVaultHome source;
  VaultHome home;
  fs::copy_file(source.files.owner_key_file, home.files.owner_key_file);
  const VaultIdentity identity = must(finish_vault(home.database, home.files));
  EXPECT_EQ(identity.project_id, source.identity.project_id);
  EXPECT_EQ(identity.owner_public_key, source.identity.owner_public_key);
  expect_usable(home, identity);
}

TEST(FinishVaultTest, ContinuesFromBothFilesWithoutASlot) {
  ReadyVaultHome source;
  VaultHome home;
  fs::copy_file(source.files.owner_key_file, home.files.owner_key_file);
  fs::copy_file(source.files.service_key_file, home.files.service_key_file);
  expect_usable(home, must(finish_vault(home.database, home.files)));
}

TEST(FinishVaultTest, GivesTheIdentityOfAWholeVaultAndChangesNothing) {
  ReadyVaultHome home;
  const auto before = must(must(home.open()).export_fernet_key(1));
  const VaultIdentity identity = must(finish_vault(home.database, home.files));
  EXPECT_EQ(identity.project_id, home.identity.project_id);
  EXPECT_EQ(identity.owner_public_key, home.identity.owner_public_key);
  EXPECT_EQ(identity.generation, home.identity.generation);
  const auto after = must(must(home.open()).export_fernet_key(1));
  EXPECT_EQ(before.expose_text(), after.expose_text());
}

TEST(FinishVaultTest, NeedsAnOwnerKey) {
  VaultHome home;
  const auto finished = finish_vault(home.database, home.files);
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code, ErrorCode::NotFound);
  EXPECT_TRUE(holds_no_vault(home.database));
}

TEST(FinishVaultTest, MakesNoServiceKeyForAVaultThatHasOne) {
  ReadyVaultHome home;
  fs::remove(home.files.service_key_file);
  const auto finished = finish_vault(home.database, home.files);
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code, ErrorCode::Locked);
  EXPECT_FALSE(fs::exists(home.files.service_key_file));
}

TEST(FinishVaultTest, RefusesFilesOfDifferentProjects) {
  ReadyVaultHome source;
  ReadyVaultHome other;
  VaultHome home;
  fs::copy_file(source.files.owner_key_file, home.files.owner_key_file);
  fs::copy_file(other.files.service_key_file, home.files.service_key_file);
  const auto finished = finish_vault(home.database, home.files);
  ASSERT_FALSE(finished.ok());
  EXPECT_THAT(finished.error().message, HasSubstr("different projects"));
  EXPECT_TRUE(holds_no_vault(home.database));
}

TEST(FinishVaultTest, RefusesADatabaseOfAnotherVault) {
  ReadyVaultHome home;
  ReadyVaultHome other;
  const auto finished = finish_vault(home.database, other.files);
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code, ErrorCode::Vault);
}

void create_in_child(const VaultHome& home) {
  auto database = store::Database::open(home.database_file, store::OpenMode::ReadWrite);
  if (database.ok()) (void)create_vault(database.value(), home.files).ok();
}

void kill_while_creating(VaultHome& home, std::chrono::microseconds patience) {
  home.close_database();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    create_in_child(home);
    _exit(0);
  }
  usleep(static_cast<useconds_t>(patience.count()));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  home.reopen_database();
}

TEST(CreateVaultTest, AKillAtAnyPointLeavesNothingOrWhatCanBeFinished) {
  std::mt19937 generator(20261123);
  std::uniform_int_distribution<int> patience_us(0, 30'000);
  int started_count = 0;
  for (int round = 0; round < 40; ++round) {
    VaultHome home;
    kill_while_creating(home, std::chrono::microseconds(patience_us(generator)));
    EXPECT_EQ(must(home.database.quick_check()), "ok");
    if (fs::exists(home.files.owner_key_file)) {
      ++started_count;
      expect_usable(home, must(finish_vault(home.database, home.files)));
      continue;
    }
    EXPECT_TRUE(holds_no_vault(home.database));
    EXPECT_FALSE(fs::exists(home.files.service_key_file));
    home.create();
    expect_usable(home, home.identity);
  }
  EXPECT_GT(started_count, 0);
}

}  // namespace
}  // namespace patchbay::host
