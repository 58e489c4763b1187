// Files: descriptors that close themselves, bounded reads, and writes that are whole or absent.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay {

// Owns one descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    FileDescriptor moved(std::move(other));
    std::swap(fd_, moved.fd_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  // Somebody else closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// "cannot open FILE: No such file or directory": the code and the words for an errno value.
[[nodiscard]] Error file_error(ErrorCode code,
                               std::string_view what,
                               const std::filesystem::path& path,
                               int error_number);

[[nodiscard]] Status write_all(int fd,
                               std::span<const std::uint8_t> bytes,
                               const std::filesystem::path& name_in_errors);

// For a pipe or a terminal, whose reader may never come. 0, or an errno value: EINTR where a signal
// came while the reader was waited for.
[[nodiscard]] int write_unless_interrupted(int fd, std::span<const std::uint8_t> bytes);

// The whole of a regular file of at most `size_max` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t size_max);

// Likewise, for a file only its owner may read: refuses symbolic links, other owners, and group or
// world permissions, as ssh does. The contents never touch the ordinary heap.
[[nodiscard]] Result<SecretBytes> read_private_file(const std::filesystem::path& path,
                                                    std::size_t size_max);

// Makes the directory and its missing parents; those it makes get mode 0700.
[[nodiscard]] Status make_private_directory(const std::filesystem::path& path);

enum class IfExists : std::uint8_t { Replace, Fail };

// A file that appears under its name whole, or not at all: written without a name (or, where the
// file system cannot, under a temporary one beside it), flushed to disk, given its name, and the
// directory flushed. Forgetting to commit removes it.
class AtomicFile {
 public:
  // Fails at once where the directory is missing or not writable.
  [[nodiscard]] static Result<AtomicFile> create(std::filesystem::path path,
                                                 mode_t mode,
                                                 IfExists if_exists);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Status write(std::string_view text);
  // After this the file is there under its name, also after a power failure.
  [[nodiscard]] Status commit();
  // Likewise under another name in the same directory, after commit() failed with AlreadyExists.
  [[nodiscard]] Status commit_as(std::filesystem::path path);

  [[nodiscard]] int descriptor() const noexcept { return file_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  AtomicFile() = default;
  [[nodiscard]] Status give_name(const std::filesystem::path& name);

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty: committed
  bool unnamed_ = false;             // made by O_TMPFILE: there is nothing to remove
  IfExists if_exists_ = IfExists::Fail;
  FileDescriptor file_;
  FileDescriptor directory_;
  std::uint64_t size_ = 0;
};

[[nodiscard]] Status write_file(const std::filesystem::path& path,
                                std::string_view contents,
                                mode_t mode,
                                IfExists if_exists);

}  // namespace patchbay
