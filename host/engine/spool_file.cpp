#include "host/engine/spool_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::size_t copy_size = std::size_t{64} << 10U;

}  // namespace

Result<SpoolFile> SpoolFile::create(const std::filesystem::path& directory) {
  FileDescriptor file(open(directory.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
  if (!file.is_open() && (errno == EOPNOTSUPP || errno == EISDIR)) {
    // The file system knows no files without a name: one that loses it at once will do.
    std::string name = (directory / ".patchbay-XXXXXX").string();
    file = FileDescriptor(mkostemp(name.data(), O_CLOEXEC));
    if (file.is_open()) unlink(name.c_str());
  }
  if (!file.is_open())
    return file_error(ErrorCode::Output, "cannot write to directory", directory, errno);
  return SpoolFile(std::move(file), directory);
}

Status SpoolFile::write(std::span<const std::uint8_t> bytes) {
  return write_all(file_.get(), bytes, directory_);
}

Status SpoolFile::reserve(std::uint64_t size) {
  const int error = posix_fallocate(file_.get(), 0, static_cast<off_t>(size));
  if (error == 0) return {};
  return file_error(
      ErrorCode::Output, "no room for " + std::to_string(size) + " bytes in", directory_, error);
}

Result<std::size_t> SpoolFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (true) {
    const ssize_t count = pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR)
      return file_error(ErrorCode::Output, "cannot read a temporary file in", directory_, errno);
  }
}

Status SpoolFile::copy_to(const Receiver& receiver) const {
  std::vector<std::uint8_t> buffer(copy_size);
  std::uint64_t offset = 0;
  while (true) {
    const std::size_t count = PATCHBAY_TRY(read_at(offset, buffer));
    if (count == 0) return {};
    PATCHBAY_TRY(receiver(std::span(buffer.data(), count)));
    offset += count;
  }
}

}  // namespace patchbay::host
