#include "core/store/database.hpp"

#include "core/store/connection.hpp"
#include "core/store/database_file.hpp"
#include "core/store/sqlite_error.hpp"
#include "core/store/statement.hpp"

#include <limits>
#include <sqlite3.h>
#include <utility>

namespace patchbay::store {
namespace {

// Lifts the limit on values for the time of a check: another program's rows may be larger.
class AnyValueSize {
 public:
  explicit AnyValueSize(sqlite3* connection) : connection_(connection) {
    sqlite3_limit(connection_, SQLITE_LIMIT_LENGTH, std::numeric_limits<int>::max());
  }
  AnyValueSize(const AnyValueSize&) = delete;
  AnyValueSize& operator=(const AnyValueSize&) = delete;
  ~AnyValueSize() { sqlite3_limit(connection_, SQLITE_LIMIT_LENGTH, value_size_max_bytes); }

 private:
  sqlite3* connection_;
};

// True where the file's contents are at fault, not the attempt to read them.
bool says_damaged(sqlite3* connection) {
  const int code = sqlite3_errcode(connection) & 0xFF;
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

// Reading the schema finds files that are no databases, or damaged at the front.
Status read_schema(sqlite3* connection, const std::filesystem::path& path) {
  constexpr const char* sql = "SELECT count(*) FROM sqlite_schema";
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return connection_error(connection, "cannot read the database", path);
  return {};
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}

Database::Database(sqlite3* handle) : wait_(std::make_unique<BusyWait>()), handle_(handle) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&& other) noexcept {
  // Member by member, the old connection would outlive what it points to.
  Database old(std::move(other));
  std::swap(wait_, old.wait_);
  std::swap(handle_, old.handle_);
  std::swap(path_, old.path_);
  std::swap(created_, old.created_);
  return *this;
}
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& path, OpenMode mode) {
  Creation creation = Creation::ExistedAlready;
  if (mode == OpenMode::ReadWriteCreate) creation = PATCHBAY_TRY(create_database_file(path));
  PATCHBAY_TRY(check_database_file(path));
  const bool is_unwatched = mode == OpenMode::Examine && stands_alone(path);
  const std::string name = is_unwatched ? unchanging_name(path) : plain_name(path).string();
  const bool writes = mode == OpenMode::ReadWrite || mode == OpenMode::ReadWriteCreate;
  const int access = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                     (is_unwatched ? SQLITE_OPEN_URI : 0);
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &opened, access | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (result != SQLITE_OK) return connection_error(opened, "cannot open the database", path);
  PATCHBAY_TRY(harden(opened, path, *database.wait_));
  PATCHBAY_TRY(read_schema(opened, path));
  // SQLite silently falls back to reading.
  if (writes && sqlite3_db_readonly(opened, "main") != 0)
    return Error{
        ErrorCode::Store,
        "the database " + path.string() + " cannot be written to: the system allows reading only",
        "check the permissions of the file and of the directory that it is in",
        {}};
  database.path_ = path;
  database.created_ = creation == Creation::Made;
  return database;
}

// NOLINTNEXTLINE(readability-make-member-function-const): it changes what the object stands for.
Status Database::execute(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return connection_error(handle(), "cannot change the database");
  return {};
}

std::chrono::milliseconds Database::patience() const {
  return wait_->longest;
}

void Database::set_patience(std::chrono::milliseconds longest) {
  wait_->longest = longest;
}

void Database::wait_anew() const {
  store::wait_anew(handle(), *wait_);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle());
}

Result<std::string> Database::quick_check() {
  return findings_of("PRAGMA quick_check(10)");
}

Result<std::string> Database::integrity_check() {
  return findings_of("PRAGMA integrity_check(10)");
}

Result<std::string> Database::findings_of(std::string_view pragma) {
  const AnyValueSize lifted(handle());
  Result<Statement> check = Statement::prepare(*this, pragma);
  if (!check.ok() && says_damaged(handle())) return std::string(sqlite3_errmsg(handle()));
  Statement rows = PATCHBAY_TRY(std::move(check));
  std::string findings;
  for (;;) {
    Result<bool> row = rows.step();
    if (!row.ok() && says_damaged(handle())) return findings + sqlite3_errmsg(handle());
    if (!PATCHBAY_TRY(std::move(row))) return findings;
    if (!findings.empty()) findings += "; ";
    findings += rows.text(0);
  }
}

}  // namespace patchbay::store
