#include "core/store/migrator.hpp"

#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace patchbay::store {
namespace {

constexpr std::array steps{
    Migration{1, "first", "CREATE TABLE one (x); INSERT INTO one VALUES (1);", "aa"},
    Migration{2, "second", "ALTER TABLE one ADD COLUMN y;", "bb"},
    Migration{3, "own", "CREATE TABLE own_only (x);", "cc", MigrationScope::OwnFiles},
};

class MigratorTest : public test::DatabaseTest {
 protected:
  std::string refusal(std::span<const Migration> migrations) {
    const auto done = migrate(database_, migrations);
    return done.ok() ? "it was migrated" : done.error().message;
  }
  std::int64_t tables(std::string_view name) {
    return test::number(
        database_, "SELECT count(*) FROM sqlite_schema WHERE name = '" + std::string(name) + "'");
  }

  Database database_ = open();
};

TEST_F(MigratorTest, RunsEachStepOnceInOrder) {
  EXPECT_EQ(migrate(database_, steps).value(), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(migrate(database_, steps).value(), std::vector<int>());
  EXPECT_EQ(test::number(database_, "SELECT count(*) FROM one"), 1);
}

TEST_F(MigratorTest, RunsOnlyWhatIsMissing) {
  EXPECT_EQ(migrate(database_, std::span(steps).first(1)).value(), std::vector<int>{1});
  EXPECT_EQ(migrate(database_, steps).value(), (std::vector<int>{2, 3}));
}

TEST_F(MigratorTest, RecordsWhatItDid) {
  EXPECT_TRUE(applied_migrations(database_).value().empty());
  ASSERT_TRUE(migrate(database_, steps).ok());
  const std::vector<AppliedMigration> applied = applied_migrations(database_).value();
  ASSERT_EQ(applied.size(), 3U);
  EXPECT_EQ(applied[1].version, 2);
  EXPECT_EQ(applied[1].name, "second");
  EXPECT_EQ(applied[1].checksum, "bb");
  EXPECT_EQ(applied[1].applied_at.size(), 19U);
}

TEST_F(MigratorTest, WritesNothingWhereNothingIsToDo) {
  ASSERT_TRUE(migrate(database_, steps).ok());
  Database reader = Database::open(path(), OpenMode::ReadOnly).value();
  EXPECT_EQ(migrate(reader, steps).value(), std::vector<int>());
  Database fresh = test::open_database(folder_ / "fresh.db");
  EXPECT_EQ(migrate(fresh, {}).value(), std::vector<int>());
  EXPECT_EQ(test::number(fresh, "SELECT count(*) FROM sqlite_schema"), 0);
}

TEST_F(MigratorTest, TellsWhatIsToComeWithoutDoingIt) {
  EXPECT_EQ(pending_migrations(database_, steps).value(), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(test::number(database_, "SELECT count(*) FROM sqlite_schema"), 0);
  ASSERT_TRUE(migrate(database_, std::span(steps).first(2)).ok());
  EXPECT_EQ(pending_migrations(database_, steps).value(), std::vector<int>{3});
  ASSERT_TRUE(migrate(database_, steps).ok());
  EXPECT_EQ(pending_migrations(database_, steps).value(), std::vector<int>());
  EXPECT_FALSE(pending_migrations(database_, std::span(steps).first(2)).ok());
}

TEST_F(MigratorTest, RollsBackAStepThatFails) {
  const std::array broken{
      steps[0], Migration{2, "broken", "CREATE TABLE half (x); INSERT INTO none VALUES (1);", "x"}};
  const std::string message = refusal(broken);
  EXPECT_NE(message.find("step 2 (broken)"), std::string::npos) << message;
  EXPECT_NE(message.find("no such table: none"), std::string::npos) << message;
  EXPECT_EQ(tables("half"), 0);
  EXPECT_EQ(applied_migrations(database_).value().size(), 1U);
  EXPECT_EQ(migrate(database_, steps).value(), (std::vector<int>{2, 3}));
}

TEST_F(MigratorTest, LeavesNoTraceWhenTheFirstStepFails) {
  const std::array broken{Migration{1, "broken", "CREATE TABLE half (x); nonsense;", "x"}};
  EXPECT_FALSE(migrate(database_, broken).ok());
  EXPECT_EQ(test::number(database_, "SELECT count(*) FROM sqlite_schema"), 0);
}

TEST_F(MigratorTest, RefusesAStepThatEndsItsTransaction) {
  const std::array bad{Migration{1, "bad", "CREATE TABLE half (x); COMMIT;", "x"}};
  EXPECT_NE(refusal(bad).find("ended its transaction"), std::string::npos);
}

TEST_F(MigratorTest, RefusesADatabaseOfANewerProgram) {
  ASSERT_TRUE(migrate(database_, steps).ok());
  const std::string message = refusal(std::span(steps).first(2));
  EXPECT_EQ(message,
            "the database " + path().string() + " was migrated by a newer Patchbay (step 3)");
}

TEST_F(MigratorTest, RefusesADatabaseWhoseStepsWereOthers) {
  ASSERT_TRUE(migrate(database_, std::span(steps).first(2)).ok());
  std::array changed = steps;
  changed[1].checksum = "edited";
  EXPECT_NE(refusal(changed).find("step 2 (second)"), std::string::npos);
  EXPECT_EQ(tables("own_only"), 0);
}

TEST_F(MigratorTest, RefusesAGapInWhatWasApplied) {
  ASSERT_TRUE(migrate(database_, steps).ok());
  ASSERT_TRUE(database_.execute("DELETE FROM patchbay_migrations WHERE version = 2").ok());
  EXPECT_NE(refusal(steps).find("was migrated by other rules"), std::string::npos);
}

TEST_F(MigratorTest, KnowsItsOwnFiles) {
  EXPECT_FALSE(file_origin(database_).ok());
  ASSERT_TRUE(migrate(database_, steps).ok());
  EXPECT_EQ(file_origin(database_).value(), FileOrigin::Own);
  EXPECT_EQ(tables("own_only"), 1);
}

TEST_F(MigratorTest, KnowsAForeignFileByAnyTraceOfItsOwner) {
  for (const std::string_view trace :
       {"CREATE TABLE theirs (x)", "PRAGMA user_version = 3", "PRAGMA application_id = 1234"}) {
    const test::TemporaryDirectory folder;
    Database database = test::open_database(folder / "theirs.db");
    ASSERT_TRUE(database.execute(trace).ok());
    EXPECT_EQ(migrate(database, steps).value(), (std::vector<int>{1, 2, 3})) << trace;
    EXPECT_EQ(file_origin(database).value(), FileOrigin::Foreign) << trace;
    EXPECT_EQ(test::number(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'own_only'"),
              0);
    EXPECT_EQ(applied_migrations(database).value().size(), 3U);
  }
}

TEST_F(MigratorTest, NeverChangesItsMindAboutAFile) {
  ASSERT_TRUE(migrate(database_, std::span(steps).first(1)).ok());
  ASSERT_TRUE(database_.execute("PRAGMA user_version = 7; CREATE TABLE theirs (x)").ok());
  ASSERT_TRUE(migrate(database_, steps).ok());
  EXPECT_EQ(file_origin(database_).value(), FileOrigin::Own);
}

}  // namespace
}  // namespace patchbay::store
