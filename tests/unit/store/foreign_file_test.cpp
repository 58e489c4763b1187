// A database of another program: nothing that is in it may change.
#include "core/base/file.hpp"
#include "core/store/migrator.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::store {
namespace {

constexpr std::string_view not_ours =
    "FROM sqlite_schema WHERE name NOT LIKE 'patchbay\\_%' ESCAPE '\\' AND tbl_name NOT LIKE "
    "'patchbay\\_%' ESCAPE '\\'";

// All that another program could see of its own: statements and rows.
std::vector<std::string> contents(Database& database) {
  std::vector<std::string> all = test::column(
      database, "SELECT type || name || tbl_name || ifnull(sql, '') " + std::string(not_ours));
  const std::vector<std::string> tables = test::column(
      database, "SELECT name " + std::string(not_ours) + " AND type = 'table' ORDER BY name");
  for (const std::string& table : tables) {
    const std::string columns =
        test::single(database,
                     "SELECT group_concat('quote(' || name || ')', '||') FROM pragma_table_info('" +
                         table + "')");
    for (std::string& row :
         test::column(database, "SELECT " + columns + " FROM " + table + " ORDER BY rowid"))
      all.push_back(table + ": " + std::move(row));
  }
  return all;
}

// Journal mode, user_version and application_id live here.
std::string header_marks(const std::filesystem::path& path) {
  const std::string file = read_file(path, std::size_t{1} << 26U).value();
  return file.substr(18, 2) + file.substr(60, 4) + file.substr(68, 4);
}

class LegacyFileTest : public test::DatabaseTest {
 protected:
  void SetUp() override {
    const std::filesystem::path fixture = test::fixtures() / "legacy" / "bananagen.db";
    PATCHBAY_NEEDS_FIXTURE(fixture);
    std::filesystem::copy_file(fixture, path());
    std::filesystem::permissions(path(), static_cast<std::filesystem::perms>(0644));
  }
};

TEST_F(LegacyFileTest, KeepsEveryObjectRowAndMark) {
  const std::string marks = header_marks(path());
  std::vector<std::string> before;
  {
    Database database = test::open_database(path(), OpenMode::ReadOnly);
    before = contents(database);
  }
  ASSERT_GT(before.size(), 10U);
  for (int round = 0; round < 2; ++round) {
    Database database = open();
    ASSERT_TRUE(migrate(database, embedded_migrations()).ok());
    EXPECT_EQ(file_origin(database).value(), FileOrigin::Foreign);
    EXPECT_EQ(contents(database), before);
    EXPECT_EQ(database.quick_check().value(), "ok");
  }
  EXPECT_EQ(header_marks(path()), marks);
}

TEST_F(LegacyFileTest, OpeningAloneChangesNoByte) {
  const std::string before = read_file(path(), std::size_t{1} << 26U).value();
  for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite, OpenMode::ReadWriteCreate}) {
    Database database = test::open_database(path(), mode);
    EXPECT_FALSE(database.created());
    EXPECT_EQ(database.quick_check().value(), "ok");
  }
  EXPECT_EQ(read_file(path(), std::size_t{1} << 26U).value(), before);
  EXPECT_EQ(folder_.entries(), 1U);
}

TEST_F(LegacyFileTest, KeepsItsModeAndJournal) {
  Database database = open_migrated();
  EXPECT_EQ(test::single(database, "PRAGMA journal_mode"), "delete");
  EXPECT_EQ(std::filesystem::status(path()).permissions(),
            static_cast<std::filesystem::perms>(0644));
}

TEST_F(LegacyFileTest, GetsSideTablesButNoRowAndNoTrigger) {
  Database database = open_migrated();
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM api_providers WHERE name = 'gemini'"), 0);
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"), 0);
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM patchbay_key_seals"), 0);
}

TEST_F(LegacyFileTest, LetsItsOwnerWriteAsBefore) {
  {
    Database database = open_migrated();
  }
  Database database = open();
  // Its own program writes what our rules would refuse in our files.
  EXPECT_TRUE(database
                  .execute("INSERT INTO api_providers (id, name, display_name, endpoint_url, "
                           "auth_type, base_url) VALUES ('x', 'Upper', 'd', 'none', 'other', '')")
                  .ok());
}

TEST(ForeignFileTest, WithoutTheSharedTablesGetsThemEmpty) {
  const test::TemporaryDirectory folder;
  Database database = test::open_database(folder / "theirs.db");
  ASSERT_TRUE(database
                  .execute("CREATE TABLE generations (id TEXT PRIMARY KEY, prompt TEXT);"
                           "INSERT INTO generations VALUES ('1', 'a banana');"
                           "PRAGMA user_version = 12")
                  .ok());
  ASSERT_TRUE(migrate(database, embedded_migrations()).ok());
  EXPECT_EQ(file_origin(database).value(), FileOrigin::Foreign);
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM api_providers"), 0);
  EXPECT_EQ(test::number(database, "SELECT count(*) FROM generations"), 1);
  EXPECT_EQ(test::number(database, "PRAGMA user_version"), 12);
}

TEST(ForeignFileTest, MayHaveWideTablesAndDeepChecks) {
  const test::TemporaryDirectory folder;
  Database database = test::open_database(folder / "theirs.db");
  std::string columns = "c0";
  for (int i = 1; i < 500; ++i) columns += ", c" + std::to_string(i);
  std::string check = "c0 <> 0";
  for (int i = 1; i < 50; ++i) check += " AND c0 <> " + std::to_string(i);
  ASSERT_TRUE(database.execute("CREATE TABLE wide (" + columns + ", CHECK (" + check + "))").ok());
  ASSERT_TRUE(migrate(database, embedded_migrations()).ok());
  EXPECT_EQ(database.quick_check().value(), "ok");
}

TEST(ForeignFileTest, WithATableOfOurNameIsRefusedUnchanged) {
  const test::TemporaryDirectory folder;
  Database database = test::open_database(folder / "theirs.db");
  ASSERT_TRUE(database.execute("CREATE TABLE patchbay_audit (x)").ok());
  const auto done = migrate(database, embedded_migrations());
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("patchbay_audit already exists"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::store
