// Several processes on one file.
#include "core/store/migrator.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/unit/store/child_process.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::store {
namespace {

using test::ChildProcess;

class ProcessTest : public test::DatabaseTest {
 protected:
  // Runs the tool in so many processes that begin together; what each printed.
  static std::vector<std::string> run(int processes, const std::vector<std::string>& words) {
    std::vector<ChildProcess> children;
    for (int i = 0; i < processes; ++i) children.emplace_back(words);
    for (ChildProcess& child : children) child.release();
    std::vector<std::string> outputs;
    for (ChildProcess& child : children) {
      int status = -1;
      outputs.push_back(child.finish(status));
      EXPECT_EQ(status, 0) << outputs.back();
    }
    return outputs;
  }

  void expect_inserts_without_a_lock_error() {
    constexpr int processes = 4;
    constexpr int transactions = 100;
    {
      Database database = open();
      ASSERT_TRUE(database.execute("CREATE TABLE pairs (number INTEGER UNIQUE)").ok());
    }
    run(processes, {"insert", path().string(), std::to_string(transactions)});
    Database database = open();
    EXPECT_EQ(test::number(database, "SELECT count(*) FROM pairs"), 2 * processes * transactions);
    // Each saw what the one before had written.
    EXPECT_EQ(test::number(database, "SELECT max(number) + 1 FROM pairs"),
              2 * processes * transactions);
  }
};

TEST_F(ProcessTest, StartingTogetherMigrateANewFileExactlyOnce) {
  for (int round = 0; round < 5; ++round) {
    const std::filesystem::path file = folder_ / ("round-" + std::to_string(round) + ".db");
    std::size_t steps = 0;
    for (const std::string& output : run(6, {"migrate", file.string()}))
      steps += std::stoul(output);
    EXPECT_EQ(steps, embedded_migrations().size());
    Database database = test::open_database(file, OpenMode::ReadWrite);
    EXPECT_EQ(applied_migrations(database).value().size(), embedded_migrations().size());
    EXPECT_EQ(file_origin(database).value(), FileOrigin::Own);
    EXPECT_EQ(test::number(database, "SELECT count(*) FROM patchbay_file"), 1);
    EXPECT_EQ(test::number(database, "SELECT count(*) FROM api_providers"), 1);
    EXPECT_EQ(test::single(database, "PRAGMA journal_mode"), "wal");
  }
  // Nothing is left of the files of those that came second.
  EXPECT_LE(folder_.entries(), 5U + 2);
}

TEST_F(ProcessTest, StartingTogetherMigrateAForeignFileExactlyOnce) {
  const std::filesystem::path fixture = test::fixtures() / "legacy" / "bananagen.db";
  PATCHBAY_NEEDS_FIXTURE(fixture);
  std::filesystem::copy_file(fixture, path());
  std::filesystem::permissions(path(), static_cast<std::filesystem::perms>(0600));
  std::size_t steps = 0;
  for (const std::string& output : run(6, {"migrate", path().string()}))
    steps += std::stoul(output);
  EXPECT_EQ(steps, embedded_migrations().size());
  Database database = open();
  EXPECT_EQ(file_origin(database).value(), FileOrigin::Foreign);
}

// Who writes without pause holds the lock nearly always: whoever only looks now and then whether it
// is free would find a gap once in hundreds of such transactions.
TEST_F(ProcessTest, TakeTurnsWithOneThatNeverRests) {
  constexpr std::int64_t turns = 10;
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE pairs (number INTEGER UNIQUE)").ok());
  }
  ChildProcess restless({"hold", path().string(), "1000000"});
  restless.release();
  ASSERT_EQ(restless.line(), "committed");
  run(1, {"hold", path().string(), std::to_string(turns)});
  restless.kill_now();
  Database database = open();
  const std::int64_t all = test::number(database, "SELECT count(*) FROM pairs") / 2;
  EXPECT_LT(all - turns, 10 * turns) << "too many turns of the other for each of its own";
}

TEST_F(ProcessTest, WriteWithALogWithoutALockError) {
  expect_inserts_without_a_lock_error();
}

TEST_F(ProcessTest, WriteWithoutALogWithoutALockError) {
  {
    Database database = open();
    ASSERT_TRUE(database.execute("PRAGMA journal_mode = DELETE").ok());
  }
  expect_inserts_without_a_lock_error();
}

}  // namespace
}  // namespace patchbay::store
