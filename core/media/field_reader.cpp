#include "core/media/field_reader.hpp"

#include <algorithm>

namespace patchbay::media {

std::optional<std::span<const std::uint8_t>> FieldReader::take(
    std::span<const std::uint8_t>& bytes) {
  const std::size_t passed =
      static_cast<std::size_t>(std::min<std::uint64_t>(skipped_, bytes.size()));
  skipped_ -= passed;
  bytes = bytes.subspan(passed);

  const std::size_t taken = std::min(size_ - filled_, bytes.size());
  std::copy_n(bytes.begin(), taken, field_.begin() + static_cast<std::ptrdiff_t>(filled_));
  filled_ += taken;
  bytes = bytes.subspan(taken);
  if (filled_ < size_) return std::nullopt;
  return std::span<const std::uint8_t>(field_.data(), size_);
}

}  // namespace patchbay::media
