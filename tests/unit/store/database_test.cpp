#include "core/store/database.hpp"

#include "core/base/file.hpp"
#include "core/store/database_file.hpp"
#include "tests/unit/store/child_process.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sqlite3.h>
#include <string>

namespace patchbay::store {
namespace {

namespace fs = std::filesystem;

class OpenTest : public test::DatabaseTest {
 protected:
  // The error of opening, after checking that nothing was made or changed.
  Error refusal(const fs::path& path, OpenMode mode) {
    const std::size_t before = folder_.entries();
    const Result<Database> opened = Database::open(path, mode);
    EXPECT_EQ(folder_.entries(), before);
    if (opened.ok()) return Error{ErrorCode::Internal, "it was opened", {}, {}};
    EXPECT_EQ(opened.error().code, ErrorCode::Store);
    return opened.error();
  }
};

TEST_F(OpenTest, MakesAFileThatOnlyItsOwnerCanRead) {
  const mode_t old_mask = umask(0);
  const Database database = open();
  umask(old_mask);
  EXPECT_TRUE(database.created());
  EXPECT_EQ(database.path(), path());
  struct stat info{};
  ASSERT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(OpenTest, UsesAWriteAheadLogInFilesItMakes) {
  Database database = open();
  EXPECT_EQ(test::single(database, "PRAGMA journal_mode"), "wal");
}

TEST_F(OpenTest, LeavesNothingButTheFileWhenClosed) {
  {
    const Database database = open();
  }
  EXPECT_EQ(folder_.entries(), 1U);
}

TEST_F(OpenTest, ExaminesAClosedDatabaseWithoutMakingAFile) {
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x); INSERT INTO t VALUES (41), (1);").ok());
  }
  // Each of these characters means something in a URI.
  const fs::path strange = folder_ / "a%41?b#c d.db";
  fs::rename(path(), strange);
  Database database = test::open_database(strange, OpenMode::Examine);
  EXPECT_EQ(test::number(database, "SELECT sum(x) FROM t"), 42);
  EXPECT_EQ(database.integrity_check().value(), "ok");
  EXPECT_FALSE(database.execute("INSERT INTO t VALUES (2)").ok());
  EXPECT_EQ(folder_.entries(), 1U);
}

TEST_F(OpenTest, ExaminesAlsoWhatIsOnlyInTheLogYet) {
  Database writer = open();
  ASSERT_TRUE(writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (41), (1);").ok());
  const fs::path link = folder_ / "link.db";
  fs::create_symlink(path(), link);
  for (const fs::path& name : {path(), link}) {
    Database database = test::open_database(name, OpenMode::Examine);
    EXPECT_EQ(test::number(database, "SELECT sum(x) FROM t"), 42) << name;
  }
}

TEST_F(OpenTest, FindsAnIndexThatLacksARow) {
  Database database = open();
  ASSERT_TRUE(database
                  .execute("CREATE TABLE t (x); CREATE INDEX i ON t(x) WHERE x > 1;"
                           "INSERT INTO t VALUES (1);")
                  .ok());
  ASSERT_EQ(sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr), SQLITE_OK);
  ASSERT_TRUE(database
                  .execute("PRAGMA writable_schema = ON;"
                           "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t(x) WHERE x > 0'"
                           " WHERE name = 'i'")
                  .ok());
  Database again = test::open_database(path(), OpenMode::Examine);
  EXPECT_EQ(again.quick_check().value(), "ok");
  EXPECT_NE(again.integrity_check().value().find("missing from index i"), std::string::npos);
}

TEST_F(OpenTest, FindsWhatAnEarlierConnectionLeft) {
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x); INSERT INTO t VALUES (41), (1);").ok());
    EXPECT_EQ(database.changes(), 2);
  }
  Database database = open();
  EXPECT_FALSE(database.created());
  EXPECT_EQ(test::number(database, "SELECT sum(x) FROM t"), 42);
}

TEST_F(OpenTest, DoesNotMakeAFileUnlessAsked) {
  for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
    const Error error = refusal(path(), mode);
    EXPECT_NE(error.message.find("No such file or directory"), std::string::npos) << error.message;
    EXPECT_NE(error.hint.find("patchbay init"), std::string::npos);
  }
}

TEST_F(OpenTest, RefusesADirectory) {
  const Error error = refusal(folder_.path(), OpenMode::ReadWriteCreate);
  EXPECT_EQ(error.message, folder_.path().string() + " is a directory, not a database");
}

TEST_F(OpenTest, RefusesAMissingDirectory) {
  const Error error = refusal(folder_ / "none" / "patchbay.db", OpenMode::ReadWriteCreate);
  EXPECT_NE(error.message.find("No such file or directory"), std::string::npos) << error.message;
}

TEST_F(OpenTest, RefusesALinkToNothing) {
  fs::create_symlink(folder_ / "nothing", path());
  const Error error = refusal(path(), OpenMode::ReadWriteCreate);
  EXPECT_NE(error.message.find("No such file or directory"), std::string::npos) << error.message;
}

TEST_F(OpenTest, FollowsALinkToADatabase) {
  {
    const Database database = open();
  }
  fs::create_symlink(path(), folder_ / "link.db");
  EXPECT_TRUE(Database::open(folder_ / "link.db", OpenMode::ReadWrite).ok());
}

TEST_F(OpenTest, RefusesPipesAndDevices) {
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_NE(refusal(folder_ / "pipe", OpenMode::ReadWrite).message.find("is not a regular file"),
            std::string::npos);
  EXPECT_NE(refusal("/dev/null", OpenMode::ReadWriteCreate).message.find("is not a regular file"),
            std::string::npos);
}

TEST_F(OpenTest, RefusesAFileThatIsNoDatabaseAndLeavesItAsItIs) {
  const std::string contents =
      "[project]\nid = \"not a database, though longer than a header\"\n" + std::string(2000, 'x');
  ASSERT_TRUE(write_file(path(), contents, 0600, IfExists::Fail).ok());
  for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite, OpenMode::ReadWriteCreate}) {
    const Error error = refusal(path(), mode);
    EXPECT_EQ(error.message, path().string() + " is not a SQLite database");
    EXPECT_FALSE(error.hint.empty());
  }
  EXPECT_EQ(read_file(path(), 10'000).value(), contents);
}

TEST_F(OpenTest, RefusesATruncatedDatabase) {
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x)").ok());
  }
  fs::resize_file(path(), 1000);
  EXPECT_NE(refusal(path(), OpenMode::ReadWrite).message, "it was opened");
}

TEST_F(OpenTest, AcceptsAnEmptyFileAsAnEmptyDatabase) {
  ASSERT_TRUE(write_file(path(), "", 0600, IfExists::Fail).ok());
  Database database = open();
  EXPECT_FALSE(database.created());
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM sqlite_schema"), 0);
}

TEST_F(OpenTest, GivesSqlitesSpecialNamesNoMeaning) {
  const fs::path old_folder = fs::current_path();
  fs::current_path(folder_.path());
  fs::create_directory("file:");
  for (const char* name : {":memory:", "file:x?mode=memory", "file:/x?mode=memory"}) {
    EXPECT_TRUE(Database::open(name, OpenMode::ReadWriteCreate).ok()) << name;
    EXPECT_TRUE(fs::is_regular_file(folder_ / name)) << name;
  }
  fs::current_path(old_folder);
}

TEST_F(OpenTest, SaysWhenAFileCannotBeWritten) {
  {
    const Database database = open();
  }
  fs::permissions(folder_.path(), static_cast<fs::perms>(0755));
  fs::permissions(path(), static_cast<fs::perms>(0444));
  int status = -1;
  const std::string output = test::ChildProcess({"nobody", "open", path().string()}).finish(status);
  EXPECT_NE(status, 0);
  EXPECT_NE(output.find(path().string()), std::string::npos) << output;
  EXPECT_NE(output.find("cannot be written"), std::string::npos) << output;
}

TEST_F(OpenTest, SaysWhenAFileCannotBeRead) {
  {
    const Database database = open();
  }
  fs::permissions(folder_.path(), static_cast<fs::perms>(0755));
  fs::permissions(path(), static_cast<fs::perms>(0000));
  int status = -1;
  const std::string output = test::ChildProcess({"nobody", "open", path().string()}).finish(status);
  EXPECT_NE(status, 0);
  EXPECT_NE(output.find("Permission denied"), std::string::npos) << output;
}

TEST_F(OpenTest, ReadsOnlyWhenAskedTo) {
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x)").ok());
  }
  Database database = Database::open(path(), OpenMode::ReadOnly).value();
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM t"), 0);
  const Status written = database.execute("INSERT INTO t VALUES (1)");
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().message.find("attempt to write a readonly database"),
            std::string::npos);
}

TEST_F(OpenTest, ConnectionsMove) {
  Database first = open();
  Database second = std::move(first);
  EXPECT_TRUE(second.execute("CREATE TABLE t (x)").ok());
  second = test::open_database(folder_ / "other.db");
  EXPECT_EQ(test::number(second, "SELECT count(*) FROM sqlite_schema"), 0);
}

TEST(NetworkFileSystemTest, IsKnownByItsNumber) {
  for (const std::uint64_t type : {0x6969U, 0x517BU, 0xFF534D42U, 0xFE534D42U})
    EXPECT_TRUE(is_network_file_system(type)) << type;
  for (const std::uint64_t type : {0xEF53U, 0x01021994U, 0x58465342U, 0x9123683EU, 0x794C7630U})
    EXPECT_FALSE(is_network_file_system(type)) << type;
}

}  // namespace
}  // namespace patchbay::store
