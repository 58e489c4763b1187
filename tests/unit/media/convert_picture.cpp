// Converts a file for tests in other languages: convert_picture FROM TO, where each ends in .png or
// .jpg. Prints the error and exits 1 where it cannot be done.
#include "core/base/file.hpp"
#include "core/media/convert.hpp"

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace {

patchbay::media::ImageFormat format_of(std::string_view name) {
  return name.ends_with(".png") ? patchbay::media::ImageFormat::Png
                                : patchbay::media::ImageFormat::Jpeg;
}

patchbay::Status run(const char* from, const char* to) {
  const std::string file = PATCHBAY_TRY(patchbay::read_file(from, std::size_t{64} << 20U));
  patchbay::AtomicFile out =
      PATCHBAY_TRY(patchbay::AtomicFile::create(to, 0600, patchbay::IfExists::Replace));
  std::size_t at = 0;
  patchbay::media::Conversion conversion;
  conversion.from = format_of(from);
  conversion.to = format_of(to);
  conversion.source = [&](std::span<std::uint8_t> wanted) -> patchbay::Result<std::size_t> {
    const std::size_t count = file.copy(
        reinterpret_cast<char*>(wanted.data()), std::min(wanted.size(), file.size() - at), at);
    at += count;
    return count;
  };
  conversion.target = [&](std::span<const std::uint8_t> bytes) { return out.write(bytes); };
  PATCHBAY_TRY(patchbay::media::convert(conversion));
  return out.commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const patchbay::Status done = run(argv[1], argv[2]);
  if (!done.ok()) std::puts(done.error().message.c_str());
  return done.ok() ? 0 : 1;
}
