#include "core/store/transaction.hpp"

#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <sqlite3.h>
#include <string>
#include <utility>

namespace patchbay::store {
namespace {

class TransactionTest : public test::DatabaseTest {
 protected:
  TransactionTest() { EXPECT_TRUE(database_.execute("CREATE TABLE t (x)").ok()); }

  Status insert(int value) {
    return database_.execute("INSERT INTO t VALUES (" + std::to_string(value) + ")");
  }
  std::int64_t rows() { return test::number(database_, "SELECT count(*) FROM t"); }

  Database database_ = open();
};

TEST_F(TransactionTest, KeepsWhatWasCommitted) {
  Transaction transaction = Transaction::begin(database_).value();
  ASSERT_TRUE(insert(1).ok());
  ASSERT_TRUE(transaction.commit().ok());
  Database other = open();
  EXPECT_EQ(test::number(other, "SELECT count(*) FROM t"), 1);
}

TEST_F(TransactionTest, RollsBackWhenNotCommitted) {
  {
    const Transaction transaction = Transaction::begin(database_).value();
    ASSERT_TRUE(insert(1).ok());
    EXPECT_EQ(rows(), 1);
  }
  EXPECT_EQ(rows(), 0);
  EXPECT_TRUE(Transaction::begin(database_).ok());
}

TEST_F(TransactionTest, RollsBackOnceWhenMoved) {
  {
    Transaction first = Transaction::begin(database_).value();
    ASSERT_TRUE(insert(1).ok());
    Transaction second = std::move(first);
    ASSERT_TRUE(second.commit().ok());
  }
  EXPECT_EQ(rows(), 1);
}

TEST_F(TransactionTest, TakesTheWriteLockAtItsBeginning) {
  const Transaction transaction = Transaction::begin(database_).value();
  Database other = open();
  sqlite3_busy_timeout(other.handle(), 0);
  const auto second = Transaction::begin(other);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::Store);
  EXPECT_NE(second.error().message.find("database is locked"), std::string::npos);
  EXPECT_FALSE(second.error().hint.empty());
  // Readers go on, with what was committed.
  EXPECT_EQ(test::number(other, "SELECT count(*) FROM t"), 0);
}

TEST_F(TransactionTest, WaitsFiveSecondsForAnotherWriter) {
  const Transaction transaction = Transaction::begin(database_).value();
  Database other = open();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(Transaction::begin(other).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(4900));
}

TEST_F(TransactionTest, WaitsLessWhereItIsToldAndForNoLonger) {
  Database other = open();
  {
    const Transaction transaction = Transaction::begin(database_).value();
    const ShortPatience none(other, std::chrono::milliseconds(0));
    const auto begin = std::chrono::steady_clock::now();
    const auto second = Transaction::begin(other);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::Store);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(4000));
  }
  EXPECT_EQ(other.patience(), std::chrono::milliseconds(5000));
  EXPECT_TRUE(Transaction::begin(other).ok());
}

TEST_F(TransactionTest, DoesNotNest) {
  const Transaction transaction = Transaction::begin(database_).value();
  const auto inner = Transaction::begin(database_);
  ASSERT_FALSE(inner.ok());
  EXPECT_NE(inner.error().message.find("within a transaction"), std::string::npos);
}

TEST_F(TransactionTest, ReportsAFullDiskAndRollsBack) {
  ASSERT_TRUE(database_.execute("PRAGMA max_page_count = 8").ok());
  {
    Transaction transaction = Transaction::begin(database_).value();
    ASSERT_TRUE(insert(1).ok());
    const Status full = database_.execute("INSERT INTO t VALUES (zeroblob(100000))");
    ASSERT_FALSE(full.ok());
    EXPECT_EQ(full.error().code, ErrorCode::Store);
    EXPECT_NE(full.error().message.find("database or disk is full"), std::string::npos);
    EXPECT_NE(full.error().hint.find("free some space"), std::string::npos);
  }
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(database_.quick_check().value(), "ok");
  EXPECT_TRUE(insert(2).ok());
}

TEST_F(TransactionTest, ReportsADeferredViolationOnCommitAndRollsBack) {
  ASSERT_TRUE(database_
                  .execute("CREATE TABLE p (id PRIMARY KEY);"
                           "CREATE TABLE c (p REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)")
                  .ok());
  {
    Transaction transaction = Transaction::begin(database_).value();
    ASSERT_TRUE(database_.execute("INSERT INTO c VALUES (1)").ok());
    const Status committed = transaction.commit();
    ASSERT_FALSE(committed.ok());
    EXPECT_NE(committed.error().message.find("FOREIGN KEY"), std::string::npos);
  }
  EXPECT_EQ(test::number(database_, "SELECT count(*) FROM c"), 0);
}

}  // namespace
}  // namespace patchbay::store
