#include "host/loader/plugin_file.hpp"

#include "core/crypto/hash.hpp"
#include "host/loader/elf_reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_size = std::size_t{64} << 10U;  // bytes read at a time

Error refused(std::string reason) {
  return Error{ErrorCode::Plugin, std::move(reason), {}, {}};
}

Error refused_by_system(int error_number) {
  if (error_number == ENOENT) return refused("does not exist");
  if (error_number == ELOOP) return refused("is a symbolic link: name the file itself");
  return refused("cannot be opened: " + std::generic_category().message(error_number));
}

Status check_regular(const struct stat& info) {
  if (S_ISREG(info.st_mode)) return {};
  if (S_ISLNK(info.st_mode)) return refused("is a symbolic link: name the file itself");
  if (S_ISDIR(info.st_mode)) return refused("is a folder, not a file");
  return refused("is not a regular file");
}

bool is_running_program(const struct stat& info) {
  struct stat program{};
  return stat("/proc/self/exe", &program) == 0 && program.st_dev == info.st_dev &&
         program.st_ino == info.st_ino;
}

Status check_opened(const struct stat& info, const fs::path& path, const TrustedOwners& owners) {
  PATCHBAY_TRY(check_regular(info));
  PATCHBAY_TRY(check_file(info, path, owners));
  if (is_running_program(info)) return refused("is the running program itself");
  if (static_cast<std::uint64_t>(info.st_size) > plugin_size_max)
    return refused("is larger than 256 MiB");
  return {};
}

Result<fs::path> with_canonical_folder(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error) return refused("has no absolute path: " + error.message());
  const fs::path folder = fs::canonical(absolute.parent_path(), error);
  if (error) return refused_by_system(error.value());
  return folder / absolute.filename();
}

}  // namespace

Result<PluginFile> open_plugin_file(const fs::path& path, const TrustedOwners& owners) {
  PluginFile file;
  file.path = PATCHBAY_TRY(with_canonical_folder(path));
  struct stat info{};
  // Before opening, so that no device or pipe is opened at all.
  if (lstat(file.path.c_str(), &info) != 0) return refused_by_system(errno);
  PATCHBAY_TRY(check_regular(info));
  PATCHBAY_TRY(check_folders(file.path.parent_path(), owners));
  file.descriptor =
      FileDescriptor(open(file.path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.descriptor.is_open()) return refused_by_system(errno);
  if (fstat(file.descriptor.get(), &info) != 0) return refused_by_system(errno);
  PATCHBAY_TRY(check_opened(info, file.path, owners));
  file.size = static_cast<std::uint64_t>(info.st_size);
  file.owner = info.st_uid;
  return file;
}

Result<std::string> hash_plugin_file(const PluginFile& file, const TakeBytes& take) {
  const FileElfInput input(file.descriptor.get(), file.size);
  crypto::Sha256 hash;
  std::vector<std::uint8_t> buffer(chunk_size);
  for (std::uint64_t offset = 0; offset < file.size;) {
    const std::size_t size =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.size - offset));
    const std::span<std::uint8_t> chunk(buffer.data(), size);
    if (!input.read_at(offset, chunk)) return refused("became shorter while it was read");
    hash.update(chunk);
    if (take) PATCHBAY_TRY(take(chunk));
    offset += size;
  }
  return crypto::to_hex(hash.finish());
}

Result<Manifest> read_manifest(const PluginFile& file) {
  const FileElfInput input(file.descriptor.get(), file.size);
  return parse_manifest(PATCHBAY_TRY(read_manifest_text(input)));
}

}  // namespace patchbay::host
