#include "core/store/database.hpp"
#include "core/store/database_file.hpp"
#include "core/store/sqlite_error.hpp"

#include <memory>
#include <sqlite3.h>
#include <string>
#include <utility>

namespace patchbay::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view what = "cannot write the backup";

// All pages in one step: the source is locked against writers for the shortest time.
Status copy_pages(sqlite3* source, const fs::path& path, const fs::path& name_in_errors) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> copy(opened, &sqlite3_close);
  if (result != SQLITE_OK) return connection_error(opened, what, name_in_errors);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_backup* backup = sqlite3_backup_init(opened, "main", source, "main");
  if (backup == nullptr) return connection_error(opened, what, name_in_errors);
  sqlite3_backup_step(backup, -1);
  // Reports the failure of the step, too.
  if (sqlite3_backup_finish(backup) != SQLITE_OK)
    return connection_error(opened, what, name_in_errors);
  return {};
}

// The copy is good when a fresh connection reads all of it.
Status verify_copy(const fs::path& path) {
  Database copy = PATCHBAY_TRY(Database::open(path, OpenMode::ReadWrite));
  const std::string found = PATCHBAY_TRY(copy.quick_check());
  if (found == "ok") return {};
  return Error{ErrorCode::Store,
               "the backup is not a sound database, nor is its original: " + found,
               "`patchbay db check` examines the original",
               {}};
}

}  // namespace

Status Database::backup_to(const fs::path& target) const {
  const auto exists = [&target] {
    return Error{ErrorCode::AlreadyExists,
                 target.string() + " exists already",
                 "choose another name for the backup",
                 {}};
  };
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(target, ignored))) return exists();
  if (sqlite3_get_autocommit(handle()) == 0)
    return Error{ErrorCode::Internal, "a backup was asked for inside a transaction", {}, {}};
  Result<UnfinishedDatabase> begun = UnfinishedDatabase::create(target);
  // What is wrong is the place that was asked for, not a database.
  if (!begun.ok()) return Error{ErrorCode::Output, begun.error().message, {}, {}};
  UnfinishedDatabase copy = std::move(begun).value();
  PATCHBAY_TRY(copy_pages(handle(), copy.path(), target));
  PATCHBAY_TRY(verify_copy(copy.path()));
  if (PATCHBAY_TRY(copy.finish()) == Creation::ExistedAlready) return exists();
  return {};
}

}  // namespace patchbay::store
