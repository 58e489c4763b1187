// A real database with a real vault, in a directory that is gone with its object.
#pragma once

#include "core/store/migrator.hpp"
#include "core/store/statement.hpp"
#include "host/vault/vault.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::testing {

// The value, or a test that fails with the error's words.
template <typename T>
T must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

inline store::Database migrated_database(const std::filesystem::path& path) {
  store::Database database = must(store::Database::open(path, store::OpenMode::ReadWriteCreate));
  must(store::migrate(database, store::embedded_migrations()));
  return database;
}

inline std::int64_t number(store::Database& database, std::string_view sql) {
  store::Statement query = must(store::Statement::prepare(database, sql));
  if (!must(query.step())) throw std::runtime_error("no row: " + std::string(sql));
  return query.integer(0);
}

inline std::string text(store::Database& database, std::string_view sql) {
  store::Statement query = must(store::Statement::prepare(database, sql));
  if (!must(query.step())) throw std::runtime_error("no row: " + std::string(sql));
  return std::string(query.text(0));
}

inline std::string contents_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A migrated database to copy: migrating takes longer than most tests.
inline const std::filesystem::path& migrated_template() {
  static const TempDir directory;
  static const std::filesystem::path file = [] {
    const store::Database closed_again = migrated_database(directory / "patchbay.db");
    return closed_again.path();
  }();
  return file;
}

// Without a vault until create().
struct VaultHome {
  TempDir directory;
  std::filesystem::path database_file = directory / "patchbay.db";
  host::CreateVaultOptions files{directory / "service.key", directory / "owner.key"};
  store::Database database;
  host::VaultIdentity identity{};

  VaultHome() : VaultHome(migrated_template()) {}
  // With a copy of a database that no process has open.
  explicit VaultHome(const std::filesystem::path& source) : database(copied(source)) {}

  // SQLite's connections do not survive a fork: no process may have one open then.
  void close_database() { const store::Database closed = std::move(database); }
  void reopen_database() {
    database = must(store::Database::open(database_file, store::OpenMode::ReadWrite));
  }
  void create() { identity = must(host::create_vault(database, files)); }
  [[nodiscard]] Result<host::Vault> open() {
    return host::Vault::open(database, identity, {files.service_key_file});
  }

 private:
  [[nodiscard]] store::Database copied(const std::filesystem::path& source) const {
    std::filesystem::copy_file(source, database_file);
    return must(store::Database::open(database_file, store::OpenMode::ReadWrite));
  }
};

// With a vault in it.
struct ReadyVaultHome : VaultHome {
  ReadyVaultHome() { create(); }
};

}  // namespace patchbay::testing
