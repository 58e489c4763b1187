#include "core/store/statement.hpp"

#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

namespace patchbay::store {
namespace {

class StatementTest : public test::DatabaseTest {
 protected:
  StatementTest() { EXPECT_TRUE(database_.execute("CREATE TABLE t (x UNIQUE, y)").ok()); }

  Statement prepare(std::string_view sql) { return Statement::prepare(database_, sql).value(); }

  Database database_ = open();
};

TEST_F(StatementTest, CarriesEveryTypeThereAndBack) {
  const std::array<std::uint8_t, 4> blob{0, 1, 0xFF, 0};
  Statement row = prepare("SELECT ?, ?, ?, ?, ?, ?");
  row.bind(1, "text \xC3\xA4")
      .bind(2, std::numeric_limits<std::int64_t>::min())
      .bind(3, 7)
      .bind(4, 2.5)
      .bind(5, std::span<const std::uint8_t>(blob))
      .bind_null(6);
  ASSERT_TRUE(row.step().value());
  EXPECT_EQ(row.text(0), "text \xC3\xA4");
  EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row.integer(2), 7);
  EXPECT_EQ(row.real(3), 2.5);
  EXPECT_TRUE(std::ranges::equal(row.blob(4), blob));
  EXPECT_TRUE(row.is_null(5));
  EXPECT_EQ(row.text(5), "");
  EXPECT_TRUE(row.blob(5).empty());
  EXPECT_EQ(row.optional_text(5), std::nullopt);
  EXPECT_EQ(row.optional_text(0), "text \xC3\xA4");
  EXPECT_FALSE(row.step().value());
}

TEST_F(StatementTest, TellsEmptyFromNull) {
  Statement row = prepare("SELECT ?, ?, ?, ?");
  row.bind(1, std::string_view())
      .bind(2, std::span<const std::uint8_t>())
      .bind(3, std::optional<std::string>())
      .bind(4, std::optional<std::string>(""));
  ASSERT_TRUE(row.step().value());
  EXPECT_FALSE(row.is_null(0));
  EXPECT_FALSE(row.is_null(1));
  EXPECT_TRUE(row.is_null(2));
  EXPECT_EQ(row.optional_text(3), "");
}

TEST_F(StatementTest, KeepsTextWithQuotesAndNulAsItIs) {
  using namespace std::string_view_literals;
  const std::string_view text = "'; DROP TABLE t; --\0tail"sv;
  ASSERT_TRUE(prepare("INSERT INTO t (x) VALUES (?)").bind(1, text).run().ok());
  Statement row = prepare("SELECT x FROM t");
  ASSERT_TRUE(row.step().value());
  EXPECT_EQ(row.text(0), text);
}

TEST_F(StatementTest, CopiesWhatIsBound) {
  std::string text = "before";
  Statement row = prepare("SELECT ?");
  row.bind(1, text);
  text = "after!";
  ASSERT_TRUE(row.step().value());
  EXPECT_EQ(row.text(0), "before");
}

TEST_F(StatementTest, IsReadyForTheNextRunAfterARun) {
  Statement insert = prepare("INSERT INTO t (x, y) VALUES (?, ?)");
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(insert.bind(1, i).bind(2, i * i).run().ok());
  EXPECT_EQ(test::number(database_, "SELECT sum(y) FROM t"), 285);
}

TEST_F(StatementTest, StartsAgainAfterReset) {
  ASSERT_TRUE(database_.execute("INSERT INTO t VALUES (1, 0), (2, 0)").ok());
  Statement rows = prepare("SELECT x FROM t WHERE x >= ? ORDER BY x");
  ASSERT_TRUE(rows.bind(1, 1).step().value());
  EXPECT_EQ(rows.integer(0), 1);
  rows.reset();
  ASSERT_TRUE(rows.bind(1, 2).step().value());
  EXPECT_EQ(rows.integer(0), 2);
  EXPECT_FALSE(rows.step().value());
}

TEST_F(StatementTest, ReportsAFailedBind) {
  Statement insert = prepare("INSERT INTO t (x) VALUES (?)");
  const Status out_of_range = insert.bind(1, "ok").bind(2, "no such parameter").run();
  ASSERT_FALSE(out_of_range.ok());
  EXPECT_EQ(out_of_range.error().code, ErrorCode::Store);
  EXPECT_EQ(test::number(database_, "SELECT count(*) FROM t"), 0);
  insert.reset();
  EXPECT_TRUE(insert.bind(1, "ok").run().ok());
}

TEST_F(StatementTest, ReportsAConstraintInSqlitesWords) {
  Statement insert = prepare("INSERT INTO t (x) VALUES (?)");
  ASSERT_TRUE(insert.bind(1, "secret-value").run().ok());
  const Status again = insert.bind(1, "secret-value").run();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::Store);
  EXPECT_EQ(again.error().message,
            "cannot use the database " + path().string() + ": UNIQUE constraint failed: t.x");
  // The statement is usable after its failure.
  insert.reset();
  EXPECT_TRUE(insert.bind(1, "another").run().ok());
}

TEST_F(StatementTest, RefusesWhatIsNotOneStatement) {
  for (const std::string_view sql :
       {"", "  ", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t"})
    EXPECT_FALSE(Statement::prepare(database_, sql).ok()) << sql;
  EXPECT_TRUE(Statement::prepare(database_, "SELECT 1; \n").ok());
  EXPECT_EQ(test::number(database_, "SELECT count(*) FROM sqlite_schema WHERE name = 't'"), 1);
}

TEST_F(StatementTest, NamesWhatIsWrongWithTheSql) {
  const auto statement = Statement::prepare(database_, "SELECT z FROM t");
  ASSERT_FALSE(statement.ok());
  EXPECT_NE(statement.error().message.find("no such column: z"), std::string::npos);
}

TEST_F(StatementTest, DoesNotReadBeyondTheTextOfAView) {
  const std::string_view sql = std::string_view("SELECT 12345").substr(0, 9);
  Statement row = prepare(sql);
  ASSERT_TRUE(row.step().value());
  EXPECT_EQ(row.integer(0), 12);
}

}  // namespace
}  // namespace patchbay::store
