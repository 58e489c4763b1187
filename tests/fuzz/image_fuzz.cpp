// The image scanner on any bytes: the same however they are cut, true to its limits, unmoved by
// what follows an image's end, and for PNG of the same opinion about the size as libpng.
#include "core/media/image.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <png.h>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): the target's own words
using fuzz::require;
using Bytes = std::span<const std::uint8_t>;

bool is_same(const media::ImageSummary& one, const media::ImageSummary& other) {
  return one.format == other.format && one.width == other.width && one.height == other.height;
}

void check_limits(const media::ImageSummary& summary) {
  require(summary.width >= 1 && summary.width <= media::image_side_max, "an absurd width");
  require(summary.height >= 1 && summary.height <= media::image_side_max, "an absurd height");
}

Result<media::ImageSummary> scan(Bytes bytes, std::uint32_t seed, std::size_t largest) {
  media::ImageScanner scanner;
  std::optional<media::ImageSummary> early;
  while (!bytes.empty()) {
    seed = seed * 1664525U + 1013904223U;
    const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + (seed >> 16U) % largest);
    // A heap copy of the exact size, so that a sanitizer sees the first byte beyond.
    const std::vector<std::uint8_t> piece(bytes.begin(), bytes.begin() + static_cast<long>(size));
    scanner.write(piece);
    bytes = bytes.subspan(size);
    const std::optional<media::ImageSummary> now = scanner.summary();
    if (now) check_limits(*now);
    // It may be taken back, where a flaw shows, but not changed.
    require(!early || !now || is_same(*early, *now), "the size was told, and then changed");
    if (now) early = now;
  }
  Result<media::ImageSummary> end = scanner.finish();
  if (!end.ok()) {
    require(end.error().code == ErrorCode::Protocol, "another error");
    require(!end.error().message.empty(), "an error without words");
    return end;
  }
  check_limits(end.value());
  require(early && is_same(*early, end.value()), "the early size is not the last one");
  return end;
}

void check_libpng(Bytes bytes, const media::ImageSummary& summary) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return;
  require(image.width == summary.width && image.height == summary.height, "libpng sees otherwise");
  png_image_free(&image);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const Result<media::ImageSummary> whole = scan(bytes, 1, std::max<std::size_t>(1, size));
  const Result<media::ImageSummary> plain = media::scan_image(bytes);
  require(plain.ok() == whole.ok(), "scan_image judges otherwise");
  for (const std::uint32_t seed : {2U, 3U}) {
    const Result<media::ImageSummary> cut = scan(bytes, seed, seed == 2 ? 3 : 40);
    require(cut.ok() == whole.ok(), "the judgement depends on the cuts");
    if (!cut.ok())
      require(cut.error().message == whole.error().message, "the reason depends on them");
    if (cut.ok()) require(is_same(cut.value(), whole.value()), "the size depends on the cuts");
  }
  if (whole.ok() && whole.value().format == media::ImageFormat::Png)
    check_libpng(bytes, whole.value());
  // What is whole stays what it is, whatever comes after it.
  const Result<media::ImageSummary> begin = media::scan_image(bytes.first(size - size / 3));
  if (begin.ok()) require(whole.ok() && is_same(begin.value(), whole.value()), "more made it less");
  if (whole.ok()) {
    std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
    longer.insert(longer.end(), bytes.begin(), bytes.end());
    const Result<media::ImageSummary> again = media::scan_image(longer);
    require(again.ok() && is_same(again.value(), whole.value()), "what follows its end counts");
  }
  return 0;
}
