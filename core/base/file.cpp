#include "core/base/file.hpp"

#include "core/base/id.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace patchbay {
namespace {

namespace fs = std::filesystem;

FileDescriptor open_file(const fs::path& path, int flags, mode_t mode = 0) {
  return FileDescriptor(open(path.c_str(), flags | O_CLOEXEC, mode));
}

// Reads into `out` until it is full or the file ends; the count of bytes, or -1 with errno.
ssize_t read_up_to(int fd, std::span<std::uint8_t> out) {
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t count = read(fd, out.data() + size, out.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(size);
}

Error too_large(const fs::path& path, std::size_t size_max) {
  return Error{
      ErrorCode::BadInput,
      path.string() + " is larger than the limit of " + std::to_string(size_max) + " bytes"};
}

Status check_private(int fd, const fs::path& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return file_error(ErrorCode::Vault, "cannot examine", path, errno);
  if (!S_ISREG(info.st_mode))
    return Error{ErrorCode::Vault, path.string() + " is not a regular file"};
  if (info.st_uid != geteuid())
    return Error{ErrorCode::Vault,
                 path.string() + " belongs to another user",
                 "make it yours with `chown`, or point to your own file",
                 {}};
  if ((info.st_mode & 077U) != 0)
    return Error{ErrorCode::Vault,
                 path.string() + " can be read or written by others",
                 "run: chmod 600 " + path.string(),
                 {}};
  return {};
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

Error file_error(ErrorCode code, std::string_view what, const fs::path& path, int error_number) {
  return Error{code,
               std::string(what) + " " + path.string() + ": " +
                   std::generic_category().message(error_number)};
}

Status write_all(int fd, std::span<const std::uint8_t> bytes, const fs::path& name_in_errors) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error(ErrorCode::Output, "cannot write", name_in_errors, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

int write_unless_interrupted(int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    pollfd reader{fd, POLLOUT, 0};
    if (poll(&reader, 1, -1) < 0) return errno;
    // A pipe that takes anything takes this much at once. So only poll() waits, and no signal is
    // lost to a write() that was halfway.
    const ssize_t count = write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (count < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return 0;
}

Result<std::string> read_file(const fs::path& path, std::size_t size_max) {
  const FileDescriptor file = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!file.is_open()) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::NotFound : ErrorCode::BadInput;
    return file_error(code, "cannot open", path, errno);
  }
  struct stat info{};
  if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return Error{ErrorCode::BadInput, path.string() + " is not a regular file"};
  if (info.st_size > static_cast<off_t>(size_max)) return too_large(path, size_max);
  std::string contents(static_cast<std::size_t>(info.st_size) + 1, '\0');
  const std::span<std::uint8_t> buffer(reinterpret_cast<std::uint8_t*>(contents.data()),
                                       contents.size());
  const ssize_t count = read_up_to(file.get(), buffer);
  if (count < 0) return file_error(ErrorCode::BadInput, "cannot read", path, errno);
  if (static_cast<std::size_t>(count) == contents.size())
    return Error{ErrorCode::BadInput, path.string() + " grew while it was read"};
  contents.resize(static_cast<std::size_t>(count));
  return contents;
}

Result<SecretBytes> read_private_file(const fs::path& path, std::size_t size_max) {
  const FileDescriptor file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file.is_open()) {
    const int error = errno;
    if (error == ELOOP) return Error{ErrorCode::Vault, path.string() + " is a symbolic link"};
    return file_error(
        error == ENOENT ? ErrorCode::NotFound : ErrorCode::Vault, "cannot open", path, error);
  }
  PATCHBAY_TRY(check_private(file.get(), path));
  SecretBytes contents = PATCHBAY_TRY(SecretBytes::allocate(size_max + 1));
  const ssize_t count = read_up_to(file.get(), contents.expose());
  if (count < 0) return file_error(ErrorCode::Vault, "cannot read", path, errno);
  if (static_cast<std::size_t>(count) > size_max) return too_large(path, size_max);
  contents.shrink(static_cast<std::size_t>(count));
  return contents;
}

Status make_private_directory(const fs::path& path) {
  fs::path made;
  for (const fs::path& step : path) {
    made /= step;
    if (made == "/" || mkdir(made.c_str(), 0700) == 0 || errno == EEXIST) continue;
    std::error_code ignored;
    if (fs::is_directory(made, ignored)) continue;  // a parent we may pass, yet not write to
    return file_error(ErrorCode::Output, "cannot make directory", made, errno);
  }
  std::error_code ignored;
  if (!path.empty() && !fs::is_directory(path, ignored))
    return Error{ErrorCode::Output, path.string() + " is not a directory"};
  return {};
}

Result<AtomicFile> AtomicFile::create(fs::path path, mode_t mode, IfExists if_exists) {
  AtomicFile file;
  file.path_ = std::move(path);
  file.if_exists_ = if_exists;
  fs::path folder = file.path_.parent_path();
  if (folder.empty()) folder = ".";
  std::error_code ignored;
  if (fs::is_directory(file.path_, ignored))
    return Error{ErrorCode::Output, file.path_.string() + " is a directory"};
  const fs::file_status there = fs::symlink_status(file.path_, ignored);
  if (fs::exists(there) && !fs::is_regular_file(there) && !fs::is_symlink(there))
    return Error{
        ErrorCode::Output, file.path_.string() + " is not a regular file", "name a regular file"};
  if (if_exists == IfExists::Fail && fs::exists(there))
    return Error{ErrorCode::AlreadyExists,
                 file.path_.string() + " exists already",
                 "pass --force to replace it, or choose another name",
                 {}};
  file.directory_ = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!file.directory_.is_open())
    return file_error(ErrorCode::Output, "cannot open directory", folder, errno);
  const long name_size_max = fpathconf(file.directory_.get(), _PC_NAME_MAX);
  if (name_size_max > 0 &&
      file.path_.filename().native().size() > static_cast<std::size_t>(name_size_max))
    return Error{ErrorCode::Output,
                 "the file name " + file.path_.filename().string().substr(0, 40) +
                     "… has more than " + std::to_string(name_size_max) + " bytes",
                 "choose a shorter name"};
  const fs::path temporary = folder / (".patchbay-" + PATCHBAY_TRY(new_uuid()) + ".part");
  // A file without a name vanishes by itself when the process is killed.
  file.file_ = open_file(folder, O_RDWR | O_TMPFILE, mode);
  if (file.file_.is_open()) {
    file.unnamed_ = true;
  } else {
    file.file_ = open_file(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  }
  if (!file.file_.is_open())
    return file_error(ErrorCode::Output, "cannot write to directory", folder, errno);
  file.temporary_ = temporary;
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      unnamed_(std::exchange(other.unnamed_, false)),
      if_exists_(other.if_exists_),
      file_(std::move(other.file_)),
      directory_(std::move(other.directory_)),
      size_(other.size_) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty() && !unnamed_) unlink(temporary_.c_str());
}

Status AtomicFile::write(std::span<const std::uint8_t> bytes) {
  PATCHBAY_TRY(write_all(file_.get(), bytes, path_));
  size_ += bytes.size();
  return {};
}

Status AtomicFile::write(std::string_view text) {
  return write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Status AtomicFile::give_name(const fs::path& name) {
  const std::string source = "/proc/self/fd/" + std::to_string(file_.get());
  const int done = unnamed_
                       ? linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW)
                       : link(temporary_.c_str(), name.c_str());
  if (done == 0) return {};
  const ErrorCode code = errno == EEXIST ? ErrorCode::AlreadyExists : ErrorCode::Output;
  return file_error(code, "cannot make", name, errno);
}

Status AtomicFile::commit() {
  if (fsync(file_.get()) != 0) return file_error(ErrorCode::Output, "cannot write", path_, errno);
  if (if_exists_ == IfExists::Fail) {
    // A link refuses an existing name, also one that appeared since create().
    PATCHBAY_TRY(give_name(path_));
    if (!unnamed_) unlink(temporary_.c_str());
  } else {
    if (unnamed_) PATCHBAY_TRY(give_name(temporary_));
    unnamed_ = false;
    if (rename(temporary_.c_str(), path_.c_str()) != 0)
      return file_error(ErrorCode::Output, "cannot make", path_, errno);
  }
  temporary_.clear();
  if (fsync(directory_.get()) != 0 && errno != EINVAL)
    return file_error(ErrorCode::Output, "cannot write the directory of", path_, errno);
  return {};
}

Status AtomicFile::commit_as(fs::path path) {
  path_ = std::move(path);
  return commit();
}

Status write_file(const fs::path& path,
                  std::string_view contents,
                  mode_t mode,
                  IfExists if_exists) {
  AtomicFile file = PATCHBAY_TRY(AtomicFile::create(path, mode, if_exists));
  PATCHBAY_TRY(file.write(contents));
  return file.commit();
}

}  // namespace patchbay
