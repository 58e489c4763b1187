#include "host/embedding/reader_blob.hpp"

#include "core/media/image.hpp"
#include "host/engine/file_blob.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace patchbay::embedding {
namespace {

constexpr std::size_t piece_size = std::size_t{64} << 10U;

Error bad_reader(const std::string& what) {
  return Error{ErrorCode::BadInput, "the application's input " + what};
}

}  // namespace

Result<std::shared_ptr<const host::Blob>> ReaderBlob::open(const patchbay_run_input& input) {
  // From here on it is released, whatever happens.
  auto blob = std::make_shared<ReaderBlob>(input);
  if (input.read == nullptr) return bad_reader("has no function to read it");
  if (input.content == PATCHBAY_INPUT_IMAGE) PATCHBAY_TRY(blob->look_at_image());
  return std::shared_ptr<const host::Blob>(std::move(blob));
}

ReaderBlob::~ReaderBlob() {
  if (input_.release != nullptr) input_.release(input_.user);
}

Status ReaderBlob::look_at_image() {
  if (input_.size > host::input_image_size_max) return bad_reader("is larger than 20 MiB");
  media::ImageScanner scanner;
  std::vector<std::uint8_t> buffer(piece_size);
  for (std::uint64_t offset = 0; offset < input_.size;) {
    const std::size_t count = PATCHBAY_TRY(read_at(offset, buffer));
    if (count == 0) return bad_reader("ends before the size that was told");
    scanner.write(std::span(buffer).first(count));
    offset += count;
  }
  const auto summary = scanner.finish();
  if (!summary.ok()) return bad_reader("is no whole image: " + summary.error().message);
  mime = media::mime_of(summary.value().format);
  width = summary.value().width;
  height = summary.value().height;
  return {};
}

Result<std::size_t> ReaderBlob::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= input_.size) return std::size_t{0};
  const std::uint64_t room = std::min<std::uint64_t>(out.size(), input_.size - offset);
  const std::int64_t count = input_.read(input_.user, offset, out.data(), room);
  if (count < 0) return bad_reader("cannot be read");
  if (static_cast<std::uint64_t>(count) > room) return bad_reader("wrote beyond its room");
  return static_cast<std::size_t>(count);
}

}  // namespace patchbay::embedding
