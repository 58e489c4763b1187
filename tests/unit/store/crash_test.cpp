// Processes that die at any point: what was acknowledged is there, the rest is whole or absent.
#include "core/store/migrator.hpp"
#include "tests/unit/store/child_process.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>

namespace patchbay::store {
namespace {

using test::ChildProcess;

class CrashTest : public test::DatabaseTest {};

TEST_F(CrashTest, KeepsEveryAcknowledgedTransactionWhenKilled) {
  std::int64_t acknowledged = 0;
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE pairs (number INTEGER UNIQUE)").ok());
  }
  std::mt19937_64 random(5);
  for (int round = 0; round < 25; ++round) {
    ChildProcess child({"insert", path().string(), "1000000"});
    child.release();
    for (std::uint64_t lines = 1 + random() % 12; lines > 0; --lines)
      if (child.line() == "committed") ++acknowledged;
    child.kill_now();
    int status = -1;
    const std::string rest = child.finish(status);
    acknowledged += static_cast<std::int64_t>(std::count(rest.begin(), rest.end(), '\n'));
    ASSERT_TRUE(WIFSIGNALED(status));
    Database database = open();
    ASSERT_EQ(database.quick_check().value(), "ok");
    const std::int64_t rows = test::number(database, "SELECT count(*) FROM pairs");
    EXPECT_EQ(rows % 2, 0);
    EXPECT_GE(rows / 2, acknowledged);
    // At most the one in flight more than was said.
    EXPECT_LE(rows / 2, acknowledged + 1);
    acknowledged = rows / 2;
  }
  EXPECT_GT(acknowledged, 25);
}

// The kernel kills the process at the first write beyond a size, so each size is another point.
TEST_F(CrashTest, LeavesAMigrationWholeOrAbsentWhereverItDies) {
  const std::size_t steps = embedded_migrations().size();
  int deaths = 0;
  for (int size = 0; size < 400'000; size = size * 6 / 5 + 1024) {
    const std::filesystem::path file = folder_ / (std::to_string(size) + ".db");
    int status = -1;
    ChildProcess({"limit=" + std::to_string(size), "migrate", file.string()}).finish(status);
    if (status != 0) ++deaths;
    Database database = test::open_database(file);
    ASSERT_EQ(database.quick_check().value(), "ok") << size;
    const std::size_t done = applied_migrations(database).value().size();
    EXPECT_LE(done, steps);
    EXPECT_EQ(migrate(database, embedded_migrations()).value().size(), steps - done) << size;
    EXPECT_EQ(file_origin(database).value(), FileOrigin::Own) << size;
    EXPECT_EQ(test::number(database, "SELECT count(*) FROM api_providers"), 1) << size;
  }
  EXPECT_GT(deaths, 5);
}

TEST_F(CrashTest, ReportsAFullDiskWhereverItBegins) {
  int failures = 0;
  for (int size = 0; size < 400'000; size = size * 6 / 5 + 1024) {
    const std::filesystem::path file = folder_ / (std::to_string(size) + ".db");
    int status = -1;
    const std::string output =
        ChildProcess({"full=" + std::to_string(size), "migrate", file.string()}).finish(status);
    ASSERT_TRUE(WIFEXITED(status)) << size;
    if (status != 0) {
      ++failures;
      EXPECT_NE(output.find(file.string()), std::string::npos) << output;
      EXPECT_NE(output.find("disk I/O error"), std::string::npos) << output;
    }
    Database database = test::open_database(file);
    EXPECT_TRUE(migrate(database, embedded_migrations()).ok()) << size;
    EXPECT_EQ(database.quick_check().value(), "ok") << size;
  }
  EXPECT_GT(failures, 5);
}

}  // namespace
}  // namespace patchbay::store
