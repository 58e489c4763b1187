#include "core/base/file.hpp"
#include "core/store/connection.hpp"
#include "core/store/database.hpp"
#include "core/store/statement.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::store {
namespace {

class HardeningTest : public test::DatabaseTest {
 protected:
  Database database_ = open();

  int switch_state(int option) {
    int state = -1;
    sqlite3_db_config(database_.handle(), option, -1, &state);
    return state;
  }
  std::string refusal(std::string_view sql) {
    const Status done = database_.execute(sql);
    return done.ok() ? "it was done" : done.error().message;
  }
};

TEST_F(HardeningTest, SetsEverySwitchOfTheConnection) {
  EXPECT_EQ(switch_state(SQLITE_DBCONFIG_DEFENSIVE), 1);
  EXPECT_EQ(switch_state(SQLITE_DBCONFIG_TRUSTED_SCHEMA), 0);
  EXPECT_EQ(switch_state(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION), 0);
  EXPECT_EQ(switch_state(SQLITE_DBCONFIG_DQS_DML), 0);
  EXPECT_EQ(switch_state(SQLITE_DBCONFIG_DQS_DDL), 0);
}

TEST_F(HardeningTest, SetsEveryPragma) {
  const std::vector<std::pair<std::string, std::int64_t>> expected{{"cell_size_check", 1},
                                                                   {"foreign_keys", 1},
                                                                   {"secure_delete", 1},
                                                                   {"temp_store", 2},
                                                                   {"synchronous", 2}};
  for (const auto& [name, value] : expected)
    EXPECT_EQ(test::number(database_, "PRAGMA " + name), value) << name;
  EXPECT_EQ(test::number(database_, "PRAGMA mmap_size"), 0);
}

TEST_F(HardeningTest, RefusesDirectWritesToTheSchema) {
  ASSERT_TRUE(database_.execute("CREATE TABLE t (x)").ok());
  EXPECT_TRUE(database_.execute("PRAGMA writable_schema = ON").ok());
  EXPECT_NE(refusal("UPDATE sqlite_schema SET sql = 'x'").find("may not be modified"),
            std::string::npos);
}

TEST_F(HardeningTest, KeepsToRowsOnceTold) {
  ASSERT_TRUE(database_.execute("CREATE TABLE t (x)").ok());
  database_.keep_to_rows();
  for (const char* sql : {"CREATE TABLE u (x)",
                          "DROP TABLE t",
                          "ALTER TABLE t ADD COLUMN y",
                          "CREATE INDEX i ON t (x)",
                          "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
                          "PRAGMA journal_mode = DELETE",
                          "PRAGMA writable_schema = ON",
                          "PRAGMA foreign_keys = OFF",
                          "ATTACH 'other.db' AS other",
                          "VACUUM INTO 'copy.db'"})
    EXPECT_NE(refusal(sql), "it was done") << sql;
  for (const char* sql : {"BEGIN IMMEDIATE",
                          "INSERT INTO t VALUES (1)",
                          "UPDATE t SET x = abs(x) WHERE x IN (SELECT max(x) FROM t)",
                          "DELETE FROM t",
                          "COMMIT"})
    EXPECT_EQ(refusal(sql), "it was done") << sql;
  EXPECT_EQ(database_.quick_check().value(), "ok");
  EXPECT_EQ(database_.integrity_check().value(), "ok");
}

TEST_F(HardeningTest, LoadsNoExtensionsAndAttachesNoFiles) {
  EXPECT_NE(refusal("SELECT load_extension('libm.so.6')").find("not authorized"),
            std::string::npos);
  EXPECT_NE(refusal("ATTACH '" + (folder_ / "other.db").string() + "' AS other")
                .find("too many attached databases"),
            std::string::npos);
}

TEST_F(HardeningTest, TakesDoubleQuotesForNamesOnly) {
  EXPECT_NE(refusal("SELECT \"no such column\"").find("no such column"), std::string::npos);
}

TEST_F(HardeningTest, EnforcesForeignKeys) {
  ASSERT_TRUE(database_
                  .execute("CREATE TABLE p (id TEXT PRIMARY KEY);"
                           "CREATE TABLE c (p TEXT REFERENCES p(id))")
                  .ok());
  EXPECT_NE(refusal("INSERT INTO c VALUES ('none')").find("FOREIGN KEY constraint failed"),
            std::string::npos);
}

TEST_F(HardeningTest, StoresValuesUpToTheLimit) {
  ASSERT_TRUE(database_.execute("CREATE TABLE t (x)").ok());
  Statement insert = Statement::prepare(database_, "INSERT INTO t VALUES (?)").value();
  // The row's own header counts too.
  EXPECT_TRUE(insert.bind(1, std::string(value_size_max_bytes - 100, 'x')).run().ok());
  const Status larger = insert.bind(1, std::string(value_size_max_bytes + 1, 'x')).run();
  ASSERT_FALSE(larger.ok());
  EXPECT_NE(larger.error().message.find("too big"), std::string::npos) << larger.error().message;
}

TEST_F(HardeningTest, RefusesAbsurdStatements) {
  EXPECT_FALSE(database_.execute("SELECT '" + std::string(100'001, 'x') + "'").ok());
  std::string deep = "1";
  for (int i = 0; i < 200; ++i) deep += "+1";
  EXPECT_NE(refusal("SELECT " + deep).find("too large"), std::string::npos);
}

TEST_F(HardeningTest, ErasesWhatIsDeleted) {
  const std::string canary = "canary-0123456789-canary";
  ASSERT_TRUE(database_
                  .execute("CREATE TABLE t (x); INSERT INTO t VALUES ('" + canary +
                           "');"
                           "DELETE FROM t")
                  .ok());
  ASSERT_TRUE(database_.execute("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  EXPECT_EQ(read_file(path(), 1 << 20).value().find(canary), std::string::npos);
}

TEST_F(HardeningTest, FindsASoundFileSound) {
  EXPECT_EQ(database_.quick_check().value(), "ok");
}

TEST_F(HardeningTest, ChecksFilesWithLargerRowsThanItWrites) {
  sqlite3_limit(database_.handle(), SQLITE_LIMIT_LENGTH, 10'000'000);
  ASSERT_TRUE(database_
                  .execute("CREATE TABLE t (x TEXT NOT NULL, y CHECK (y > 0));"
                           "INSERT INTO t VALUES (hex(zeroblob(2000000)), 1)")
                  .ok());
  Database fresh = open();
  EXPECT_EQ(fresh.quick_check().value(), "ok");
  // The limit is back afterwards.
  EXPECT_EQ(sqlite3_limit(fresh.handle(), SQLITE_LIMIT_LENGTH, -1), value_size_max_bytes);
}

}  // namespace
}  // namespace patchbay::store
