// A database in a directory of its own, and short ways to look into it.
#pragma once

#include "core/store/database.hpp"
#include "core/store/migrator.hpp"
#include "core/store/statement.hpp"
#include "tests/unit/base/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::test {

inline store::Database open_database(const std::filesystem::path& path,
                                     store::OpenMode mode = store::OpenMode::ReadWriteCreate) {
  return store::Database::open(path, mode).value();
}

// The first column of every row as text.
inline std::vector<std::string> column(store::Database& database, std::string_view sql) {
  store::Statement rows = store::Statement::prepare(database, sql).value();
  std::vector<std::string> values;
  while (rows.step().value()) values.emplace_back(rows.text(0));
  return values;
}

inline std::string single(store::Database& database, std::string_view sql) {
  const std::vector<std::string> values = column(database, sql);
  return values.empty() ? std::string("no row") : values.front();
}

inline std::int64_t number(store::Database& database, std::string_view sql) {
  store::Statement row = store::Statement::prepare(database, sql).value();
  return row.step().value() ? row.integer(0) : -1;
}

class DatabaseTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "patchbay.db"; }
  store::Database open() { return open_database(path()); }
  // With all migrations of the program.
  store::Database open_migrated() {
    store::Database database = open();
    EXPECT_TRUE(store::migrate(database, store::embedded_migrations()).ok());
    return database;
  }

  TemporaryDirectory folder_;
};

}  // namespace patchbay::test
