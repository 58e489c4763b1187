#include "core/store/transaction.hpp"

#include "core/store/sqlite_error.hpp"
#include "core/store/write_turn.hpp"

#include <sqlite3.h>

namespace patchbay::store {

Result<Transaction> Transaction::begin(Database& database) {
  // SQLite's name of the file follows symbolic links: all who write meet in one folder.
  const std::filesystem::path file(sqlite3_db_filename(database.handle(), "main"));
  const WriteTurn turn = WriteTurn::wait(file.parent_path(), database.patience());
  PATCHBAY_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // SQLite may have rolled back by itself, eg where the disk was full.
  if (database_ == nullptr || sqlite3_get_autocommit(database_->handle()) != 0) return;
  sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Status Transaction::commit() {
  PATCHBAY_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace patchbay::store
