// The file under a database: what may be opened, how a new one comes into being.
#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace patchbay::store {

// The same file by a name that SQLite takes as it is: it gives some, such as ":memory:" and
// "file:…", a meaning of their own, but none that begins with a directory.
[[nodiscard]] std::filesystem::path plain_name(const std::filesystem::path& path);

// Whether all of it is in this one file: there is no log of changes beside it.
[[nodiscard]] bool stands_alone(const std::filesystem::path& path);

// The name by which SQLite, told that it is a URI, reads a file that nobody is changing: without
// locks, and without files beside it.
[[nodiscard]] std::string unchanging_name(const std::filesystem::path& path);

// Refuses what is missing or no regular file.
[[nodiscard]] Status check_database_file(const std::filesystem::path& path);

enum class Creation : std::uint8_t { Made, ExistedAlready };

// Makes an empty database of mode 0600 unless something has that name already. It appears whole, so
// processes that start together agree on one file and its journal mode.
[[nodiscard]] Result<Creation> create_database_file(const std::filesystem::path& path);

// A database that is made beside its final place, so that it appears there whole or not at all.
// Forgetting it removes it.
class UnfinishedDatabase {
 public:
  // An empty file of mode 0600, whatever the umask.
  [[nodiscard]] static Result<UnfinishedDatabase> create(const std::filesystem::path& target);
  UnfinishedDatabase(UnfinishedDatabase&& other) noexcept
      : path_(std::exchange(other.path_, {})), target_(std::move(other.target_)) {}
  UnfinishedDatabase& operator=(UnfinishedDatabase&&) = delete;
  UnfinishedDatabase(const UnfinishedDatabase&) = delete;
  UnfinishedDatabase& operator=(const UnfinishedDatabase&) = delete;
  ~UnfinishedDatabase();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Gives the file its name, durably; ExistedAlready, and nothing done, where that is taken.
  [[nodiscard]] Result<Creation> finish();

 private:
  UnfinishedDatabase(std::filesystem::path path, std::filesystem::path target)
      : path_(std::move(path)), target_(std::move(target)) {}
  std::filesystem::path path_;
  std::filesystem::path target_;
};

// By the f_type of statfs(2): write-ahead logging needs shared memory, which these do not have.
[[nodiscard]] bool is_network_file_system(std::uint64_t file_system_type) noexcept;

}  // namespace patchbay::store
