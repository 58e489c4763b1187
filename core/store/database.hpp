// One connection to a SQLite file, hardened; prepared statements and transactions on it.
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;

namespace patchbay::store {

enum class OpenMode : std::uint8_t {
  ReadWrite,
  ReadWriteCreate,
  // Of a file with a write-ahead log, SQLite makes the log and its index anew, and leaves them.
  ReadOnly,
  // Reads without making a file where no other program has the database open, also where nothing
  // may be written. For a look at what is there: a change while it lasts can seem to be damage.
  Examine,
};

struct BusyWait;

// Not thread-safe: one connection per thread. Waits up to 5 s for whoever holds a lock, and before
// that up to 5 s for its turn among the writers.
class Database {
 public:
  // Errors: Store. Created files get mode 0600. Journal mode is left as the file has it, save for
  // files made here, which use WAL (not on network file systems).
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path, OpenMode mode);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // One or more statements without results.
  [[nodiscard]] Status execute(std::string_view sql);
  [[nodiscard]] std::int64_t changes() const;
  // True where open() made the file.
  [[nodiscard]] bool created() const { return created_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // "ok", or what SQLite's quick_check found.
  [[nodiscard]] Result<std::string> quick_check();
  // Likewise, and also whether each index holds what its table holds.
  [[nodiscard]] Result<std::string> integrity_check();
  // From now on this connection reads and writes rows alone: statements that change the schema, set
  // a pragma or attach a file are refused. For after the migrations.
  void keep_to_rows();
  // A consistent copy of the whole database; the target must not exist.
  [[nodiscard]] Status backup_to(const std::filesystem::path& target) const;

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  // How long each wait for others may be; 5 s unless somebody said otherwise.
  [[nodiscard]] std::chrono::milliseconds patience() const;
  void set_patience(std::chrono::milliseconds longest);
  // For whoever prepares a statement: what it waits for does not count towards an earlier wait.
  void wait_anew() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  explicit Database(sqlite3* handle);
  [[nodiscard]] Result<std::string> findings_of(std::string_view pragma);
  // The handle points to it.
  std::unique_ptr<BusyWait> wait_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::filesystem::path path_;
  bool created_ = false;
};

// While it lives, a connection waits for others no longer than this.
class ShortPatience {
 public:
  ShortPatience(Database& database, std::chrono::milliseconds longest)
      : database_(database), before_(database.patience()) {
    database_.set_patience(longest);
  }
  ShortPatience(const ShortPatience&) = delete;
  ShortPatience& operator=(const ShortPatience&) = delete;
  ~ShortPatience() { database_.set_patience(before_); }

 private:
  Database& database_;
  std::chrono::milliseconds before_;
};

}  // namespace patchbay::store
