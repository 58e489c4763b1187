#include "core/store/database_file.hpp"

#include "core/base/file.hpp"
#include "core/base/id.hpp"
#include "core/store/sqlite_error.hpp"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace patchbay::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view cannot_make = "cannot make the database";

constexpr std::array<std::uint64_t, 5> network_file_systems{
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB2
    0x01021997,  // 9P
};

fs::path folder_of(const fs::path& path) {
  return plain_name(path).parent_path();
}

bool on_network_file_system(const fs::path& path) {
  struct statfs info{};
  if (statfs(path.c_str(), &info) != 0) return true;
  return is_network_file_system(static_cast<std::uint32_t>(info.f_type));
}

// The journal mode is stored in the file, for every program that will open it.
Status choose_write_ahead_log(const fs::path& path, const fs::path& name_in_errors) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection(opened, &sqlite3_close);
  constexpr const char* pragma = "PRAGMA journal_mode = WAL";
  if (result == SQLITE_OK && sqlite3_exec(opened, pragma, nullptr, nullptr, nullptr) == SQLITE_OK)
    return {};
  return connection_error(opened, cannot_make, name_in_errors);
}

// Moves a file to a name that must be free.
Result<Creation> rename_unless_taken(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
    return Creation::Made;
  // Some file systems cannot refuse an existing name while renaming, but all refuse to link it.
  if ((errno == EINVAL || errno == ENOSYS) && link(from.c_str(), to.c_str()) == 0) {
    unlink(from.c_str());
    return Creation::Made;
  }
  if (errno == EEXIST) return Creation::ExistedAlready;
  return file_error(ErrorCode::Store, cannot_make, to, errno);
}

}  // namespace

bool is_network_file_system(std::uint64_t file_system_type) noexcept {
  return std::find(network_file_systems.begin(), network_file_systems.end(), file_system_type) !=
         network_file_systems.end();
}

fs::path plain_name(const fs::path& path) {
  return path.is_absolute() ? path : "." / path;
}

bool stands_alone(const fs::path& path) {
  std::error_code missing;
  const fs::path file = fs::canonical(path, missing);  // a log is named after what a link leads to
  for (const char* suffix : {"-wal", "-journal"}) {
    struct stat info{};
    if (lstat((file.string() + suffix).c_str(), &info) == 0) return false;
  }
  return !missing;
}

std::string unchanging_name(const fs::path& path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string name = "file:";
  for (const char c : plain_name(path).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != '%' && c != '?' && c != '#') {
      name += c;
    } else {
      name += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return name + "?immutable=1";
}

Status check_database_file(const fs::path& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) {
    const int error = errno;
    Error failure = file_error(ErrorCode::Store, "cannot open the database", path, error);
    if (error == ENOENT) failure.hint = "run `patchbay init`, or name the file with --db";
    return failure;
  }
  if (S_ISDIR(info.st_mode))
    return Error{ErrorCode::Store, path.string() + " is a directory, not a database", {}, {}};
  if (!S_ISREG(info.st_mode))
    return Error{ErrorCode::Store, path.string() + " is not a regular file", {}, {}};
  return {};
}

Result<UnfinishedDatabase> UnfinishedDatabase::create(const fs::path& target) {
  const fs::path path = folder_of(target) / (".patchbay-" + PATCHBAY_TRY(new_uuid()) + ".part");
  constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const FileDescriptor file(open(path.c_str(), flags, 0600));
  if (!file.is_open()) return file_error(ErrorCode::Store, cannot_make, target, errno);
  UnfinishedDatabase database(path, target);
  if (fchmod(file.get(), 0600) != 0)
    return file_error(ErrorCode::Store, cannot_make, target, errno);
  return database;
}

UnfinishedDatabase::~UnfinishedDatabase() {
  if (path_.empty()) return;
  // SQLite leaves files beside its own when it fails halfway.
  for (const char* suffix : {"", "-journal", "-wal", "-shm"})
    unlink((path_.string() + suffix).c_str());
}

Result<Creation> UnfinishedDatabase::finish() {
  const Creation creation = PATCHBAY_TRY(rename_unless_taken(path_, target_));
  if (creation == Creation::ExistedAlready) return creation;
  path_.clear();
  const FileDescriptor folder(open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || (fsync(folder.get()) != 0 && errno != EINVAL))
    return file_error(ErrorCode::Store, cannot_make, target_, errno);
  return creation;
}

Result<Creation> create_database_file(const fs::path& path) {
  struct stat info{};
  if (lstat(path.c_str(), &info) == 0) return Creation::ExistedAlready;
  if (errno != ENOENT) return file_error(ErrorCode::Store, cannot_make, path, errno);
  UnfinishedDatabase database = PATCHBAY_TRY(UnfinishedDatabase::create(path));
  if (!on_network_file_system(database.path()))
    PATCHBAY_TRY(choose_write_ahead_log(database.path(), path));
  return database.finish();
}

}  // namespace patchbay::store
