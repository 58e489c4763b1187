#include "core/store/migrator.hpp"

#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"

#include <sqlite3.h>
#include <utility>

namespace patchbay::store {
namespace {

constexpr std::string_view bookkeeping = R"sql(
CREATE TABLE patchbay_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE patchbay_file (origin TEXT NOT NULL CHECK (origin IN ('own', 'foreign')));
)sql";

Error migration_error(const Database& database, const std::string& what, std::string hint) {
  return Error{ErrorCode::Store,
               "the database " + database.path().string() + " " + what,
               std::move(hint),
               {}};
}

std::string step_name(int version, std::string_view name) {
  return std::to_string(version) + " (" + std::string(name) + ")";
}

Result<std::int64_t> single_integer(Database& database, std::string_view sql) {
  Statement statement = PATCHBAY_TRY(Statement::prepare(database, sql));
  if (!PATCHBAY_TRY(statement.step())) return std::int64_t{0};
  return statement.integer(0);
}

Result<bool> has_bookkeeping(Database& database) {
  return PATCHBAY_TRY(single_integer(database,
                                     "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
                                     "name = 'patchbay_migrations'")) != 0;
}

// An empty file is nobody's, unless a program has put its mark into the header.
Result<FileOrigin> origin_of_unmigrated(Database& database) {
  for (const std::string_view trace :
       {"SELECT count(*) FROM sqlite_schema", "PRAGMA user_version", "PRAGMA application_id"})
    if (PATCHBAY_TRY(single_integer(database, trace)) != 0) return FileOrigin::Foreign;
  return FileOrigin::Own;
}

Status start_bookkeeping(Database& database) {
  const FileOrigin origin = PATCHBAY_TRY(origin_of_unmigrated(database));
  PATCHBAY_TRY(database.execute(bookkeeping));
  Statement insert =
      PATCHBAY_TRY(Statement::prepare(database, "INSERT INTO patchbay_file (origin) VALUES (?)"));
  return insert.bind(1, origin == FileOrigin::Own ? "own" : "foreign").run();
}

// What was applied must be the beginning of what this program knows. The count of applied steps.
Result<std::size_t> check_applied(Database& database, std::span<const Migration> migrations) {
  const std::vector<AppliedMigration> applied = PATCHBAY_TRY(applied_migrations(database));
  if (!applied.empty() && applied.back().version > static_cast<int>(migrations.size()))
    return migration_error(
        database,
        "was migrated by a newer Patchbay (step " + std::to_string(applied.back().version) + ")",
        "use that version of Patchbay, or restore a backup from before");
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const Migration& known = migrations[i];
    if (applied[i].version != known.version || applied[i].checksum != known.checksum)
      return migration_error(database,
                             "was migrated by other rules: step " +
                                 step_name(applied[i].version, applied[i].name) +
                                 " is not the one that this Patchbay knows",
                             "use the version of Patchbay that made it, or restore a backup");
  }
  return applied.size();
}

Status apply(Database& database, const Migration& migration) {
  const FileOrigin origin = PATCHBAY_TRY(file_origin(database));
  if (migration.scope == MigrationScope::AnyFile || origin == FileOrigin::Own) {
    if (Status done = database.execute(migration.sql); !done.ok()) {
      Error error = std::move(done).error();
      error.message = "step " + step_name(migration.version, migration.name) + ": " + error.message;
      return error;
    }
  }
  if (sqlite3_get_autocommit(database.handle()) != 0)
    return Error{ErrorCode::Internal,
                 "step " + step_name(migration.version, migration.name) + " ended its transaction",
                 {},
                 {}};
  Statement record = PATCHBAY_TRY(Statement::prepare(
      database, "INSERT INTO patchbay_migrations (version, name, checksum) VALUES (?, ?, ?)"));
  return record.bind(1, migration.version)
      .bind(2, migration.name)
      .bind(3, migration.checksum)
      .run();
}

// The next step, if another process has not done it meanwhile: its version, or 0 where none is
// left.
Result<int> apply_next(Database& database, std::span<const Migration> migrations) {
  Transaction transaction = PATCHBAY_TRY(Transaction::begin(database));
  if (!PATCHBAY_TRY(has_bookkeeping(database))) PATCHBAY_TRY(start_bookkeeping(database));
  const std::size_t done = PATCHBAY_TRY(check_applied(database, migrations));
  if (done == migrations.size()) return 0;
  PATCHBAY_TRY(apply(database, migrations[done]));
  PATCHBAY_TRY(transaction.commit());
  return migrations[done].version;
}

}  // namespace

Result<std::vector<int>> migrate(Database& database, std::span<const Migration> migrations) {
  std::vector<int> versions;
  // Only reads where all is done: most starts of the program.
  if (PATCHBAY_TRY(check_applied(database, migrations)) == migrations.size()) return versions;
  while (const int version = PATCHBAY_TRY(apply_next(database, migrations)))
    versions.push_back(version);
  return versions;
}

Result<std::vector<int>> pending_migrations(Database& database,
                                            std::span<const Migration> migrations) {
  const std::size_t done = PATCHBAY_TRY(check_applied(database, migrations));
  std::vector<int> versions;
  for (const Migration& migration : migrations.subspan(done)) versions.push_back(migration.version);
  return versions;
}

Result<std::vector<AppliedMigration>> applied_migrations(Database& database) {
  std::vector<AppliedMigration> applied;
  if (!PATCHBAY_TRY(has_bookkeeping(database))) return applied;
  Statement rows = PATCHBAY_TRY(Statement::prepare(
      database,
      "SELECT version, name, checksum, applied_at FROM patchbay_migrations ORDER BY version"));
  while (PATCHBAY_TRY(rows.step()))
    applied.push_back({static_cast<int>(rows.integer(0)),
                       std::string(rows.text(1)),
                       std::string(rows.text(2)),
                       std::string(rows.text(3))});
  return applied;
}

Result<FileOrigin> file_origin(Database& database) {
  if (!PATCHBAY_TRY(has_bookkeeping(database)))
    return migration_error(database, "was never migrated", "run `patchbay db migrate`");
  Statement row = PATCHBAY_TRY(Statement::prepare(database, "SELECT origin FROM patchbay_file"));
  if (!PATCHBAY_TRY(row.step()))
    return migration_error(database, "does not say whose it is", "restore it from a backup");
  return row.text(0) == "own" ? FileOrigin::Own : FileOrigin::Foreign;
}

}  // namespace patchbay::store
