#include "core/base/file.hpp"
#include "core/store/transaction.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

namespace patchbay::store {
namespace {

class BackupTest : public test::DatabaseTest {
 protected:
  BackupTest() {
    EXPECT_TRUE(database_
                    .execute("CREATE TABLE t (x);"
                             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                             "WHERE i < 5000) INSERT INTO t SELECT hex(randomblob(40)) FROM n")
                    .ok());
  }
  [[nodiscard]] std::filesystem::path target() const { return folder_ / "copy.db"; }

  Database database_ = open();
};

TEST_F(BackupTest, CopiesEverythingAndOnlyThat) {
  ASSERT_TRUE(database_.backup_to(target()).ok());
  Database copy = test::open_database(target(), OpenMode::ReadWrite);
  EXPECT_EQ(copy.quick_check().value(), "ok");
  constexpr std::string_view all = "SELECT x FROM t ORDER BY rowid";
  EXPECT_EQ(test::column(copy, all), test::column(database_, all));
  EXPECT_EQ(test::column(copy, "SELECT sql FROM sqlite_schema"),
            test::column(database_, "SELECT sql FROM sqlite_schema"));
}

TEST_F(BackupTest, MakesOneFileThatOnlyItsOwnerCanRead) {
  const std::size_t before = folder_.entries();
  ASSERT_TRUE(database_.backup_to(target()).ok());
  EXPECT_EQ(folder_.entries(), before + 1);
  struct stat info{};
  ASSERT_EQ(stat(target().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(BackupTest, IncludesWhatIsOnlyInTheLogYet) {
  ASSERT_TRUE(database_.execute("INSERT INTO t VALUES ('last')").ok());
  ASSERT_TRUE(database_.backup_to(target()).ok());
  Database copy = test::open_database(target(), OpenMode::ReadOnly);
  EXPECT_EQ(test::number(copy, "SELECT count(*) FROM t WHERE x = 'last'"), 1);
}

TEST_F(BackupTest, NeverOverwrites) {
  ASSERT_TRUE(write_file(target(), "precious", 0600, IfExists::Fail).ok());
  const Status done = database_.backup_to(target());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(read_file(target(), 100).value(), "precious");
}

TEST_F(BackupTest, DoesNotFollowALinkToNothing) {
  std::filesystem::create_symlink(folder_ / "elsewhere", target());
  EXPECT_FALSE(database_.backup_to(target()).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
}

TEST_F(BackupTest, FailsWithoutTheDirectoryAndLeavesNothing) {
  const std::size_t before = folder_.entries();
  const Status done = database_.backup_to(folder_ / "none" / "copy.db");
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::Output);
  EXPECT_NE(done.error().message.find("none/copy.db"), std::string::npos);
  EXPECT_EQ(folder_.entries(), before);
}

TEST_F(BackupTest, IsRefusedInsideATransaction) {
  const Transaction transaction = Transaction::begin(database_).value();
  EXPECT_FALSE(database_.backup_to(target()).ok());
  EXPECT_FALSE(std::filesystem::exists(target()));
}

TEST_F(BackupTest, OfADamagedDatabaseIsRefused) {
  ASSERT_TRUE(database_.execute("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  database_ = test::open_database(folder_ / "other.db");
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096L * 5);
    file << std::string(4096, '\xAA');
  }
  Database damaged = test::open_database(path(), OpenMode::ReadWrite);
  EXPECT_NE(damaged.quick_check().value(), "ok");
  const std::size_t before = folder_.entries();
  const Status done = damaged.backup_to(target());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::Store);
  EXPECT_FALSE(std::filesystem::exists(target()));
  EXPECT_EQ(folder_.entries(), before);
}

}  // namespace
}  // namespace patchbay::store
