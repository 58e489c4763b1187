// Brings a database to the schema this program knows: forward only, each step once, checksummed.
#pragma once

#include "core/store/database.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::store {

// Own: the file held nothing when we first met it. Foreign: it belongs to another program, whose
// tables, rows and settings stay as they are.
enum class FileOrigin : std::uint8_t { Own, Foreign };

enum class MigrationScope : std::uint8_t { AnyFile, OwnFiles };

struct Migration {
  int version;            // 1, 2, …: without gaps
  std::string_view name;  // of the file in migrations/, without number and suffix
  std::string_view sql;
  std::string_view checksum;  // SHA-256 of the file in hex, taken at build time
  MigrationScope scope = MigrationScope::AnyFile;
};

// migrations/NNNN_name.sql, embedded at build time, in order.
[[nodiscard]] std::span<const Migration> embedded_migrations();

struct AppliedMigration {
  int version;
  std::string name;
  std::string checksum;  // SHA-256 of the file, in hex
  std::string applied_at;
};

// Safe while other processes do the same. Refuses a database that a newer program has migrated, and
// one whose applied steps differ from ours. Returns the versions that this call recorded, those
// that a foreign file only passes over among them. Writes nothing where there is nothing to do.
[[nodiscard]] Result<std::vector<int>> migrate(Database& database,
                                               std::span<const Migration> migrations);
// The versions that migrate() would record; changes nothing. Errors as migrate()'s.
[[nodiscard]] Result<std::vector<int>> pending_migrations(Database& database,
                                                          std::span<const Migration> migrations);
[[nodiscard]] Result<std::vector<AppliedMigration>> applied_migrations(Database& database);
// Errors: Store where the database was never migrated.
[[nodiscard]] Result<FileOrigin> file_origin(Database& database);

}  // namespace patchbay::store
