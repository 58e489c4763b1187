#include "host/engine/file_blob.hpp"

#include "core/crypto/hash.hpp"
#include "core/media/image.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::size_t read_size = std::size_t{64} << 10U;

Error too_large(const std::string& name) {
  const std::uint64_t mebibytes = input_image_size_max >> 20U;
  return Error{ErrorCode::BadInput,
               "input image " + name + " is larger than " + std::to_string(mebibytes) + " MiB",
               "make it smaller first",
               {}};
}

Error corrupt(const std::string& name, const Error& why) {
  return Error{ErrorCode::BadInput,
               "corrupt input image " + name + ": " + why.message,
               "give a whole PNG, JPEG, WebP or GIF file",
               {}};
}

void describe_image(Blob& blob, const media::ImageSummary& summary) {
  blob.mime = media::mime_of(summary.format);
  blob.width = summary.width;
  blob.height = summary.height;
}

}  // namespace

Result<std::shared_ptr<FileBlob>> FileBlob::open_file(const std::filesystem::path& path) {
  std::shared_ptr<FileBlob> blob(new FileBlob());
  blob->path_ = path;
  blob->file_ = FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!blob->file_.is_open())
    return file_error(ErrorCode::BadInput, "cannot open input image", path, errno);
  struct stat status{};
  if (fstat(blob->file_.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return Error{
        ErrorCode::BadInput, "input image " + path.string() + " is not a regular file", {}, {}};
  blob->size_ = static_cast<std::uint64_t>(status.st_size);
  return blob;
}

Status FileBlob::read_through(const Receiver& receiver) {
  crypto::Sha256 digest;
  std::vector<std::uint8_t> buffer(read_size);
  for (std::uint64_t offset = 0; offset < size_;) {
    const std::size_t count = PATCHBAY_TRY(read_at(offset, buffer));
    if (count == 0) break;
    const std::span<const std::uint8_t> piece(buffer.data(), count);
    digest.update(piece);
    receiver(piece);
    offset += count;
  }
  sha256_ = crypto::to_hex(digest.finish());
  return {};
}

Result<std::shared_ptr<const FileBlob>> FileBlob::open_image(const std::filesystem::path& path) {
  const std::shared_ptr<FileBlob> blob = PATCHBAY_TRY(open_file(path));
  if (blob->size_ > input_image_size_max) return too_large(path.string());
  media::ImageScanner scanner;
  PATCHBAY_TRY(blob->read_through(
      [&scanner](std::span<const std::uint8_t> piece) { scanner.write(piece); }));
  const auto summary = scanner.finish();
  if (!summary.ok()) return corrupt(path.string(), summary.error());
  describe_image(*blob, summary.value());
  return std::shared_ptr<const FileBlob>(blob);
}

Result<std::shared_ptr<const FileBlob>> FileBlob::open_state(const std::filesystem::path& path,
                                                             std::uint64_t size) {
  const std::shared_ptr<FileBlob> blob = PATCHBAY_TRY(open_file(path));
  if (blob->size_ != size)
    return Error{ErrorCode::BadInput,
                 path.string() + " has " + std::to_string(blob->size_) + " bytes, not " +
                     std::to_string(size)};
  PATCHBAY_TRY(blob->read_through([](std::span<const std::uint8_t>) {}));
  return std::shared_ptr<const FileBlob>(blob);
}

Result<std::size_t> FileBlob::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (true) {
    const ssize_t count = pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR)
      return file_error(ErrorCode::BadInput, "cannot read input image", path_, errno);
  }
}

Result<std::shared_ptr<const MemoryBlob>> MemoryBlob::of_image(std::string bytes) {
  if (bytes.size() > input_image_size_max) return too_large("in memory");
  const auto summary = media::scan_image(crypto::bytes_of(bytes));
  if (!summary.ok()) return corrupt("in memory", summary.error());
  const auto blob = std::make_shared<MemoryBlob>(std::move(bytes));
  describe_image(*blob, summary.value());
  return std::shared_ptr<const MemoryBlob>(blob);
}

Result<std::size_t> MemoryBlob::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= bytes_.size()) return std::size_t{0};
  const auto start = static_cast<std::size_t>(offset);
  const std::size_t count = std::min(out.size(), bytes_.size() - start);
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(start),
              count,
              reinterpret_cast<char*>(out.data()));
  return count;
}

}  // namespace patchbay::host
