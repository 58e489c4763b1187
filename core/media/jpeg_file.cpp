#include "core/media/picture.hpp"
#include "core/media/picture_file.hpp"
#include "core/media/random.hpp"

#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

// After <cstdio>: it uses FILE without including it.
#include <algorithm>
#include <jpeglib.h>

namespace patchbay::media {
namespace {

constexpr int quality = 90;
constexpr std::size_t comment_size_max = 65'533;  // of a COM segment, without its own length
constexpr std::size_t comment_frame_size = 4;     // marker and length

// Everything that a jump out of libjpeg must not leak lives here, outside the function it returns
// to.
struct Writing {
  const PictureOptions& options;
  Picture picture;
  std::vector<std::uint8_t> row;
  jpeg_compress_struct compressor{};
  jpeg_error_mgr errors{};
  std::jmp_buf on_error{};
  unsigned char* bytes = nullptr;  // malloc'ed by libjpeg
  unsigned long size = 0;
};

[[noreturn]] void jump_back(j_common_ptr compressor) {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg must not return from here.
  std::longjmp(static_cast<Writing*>(compressor->client_data)->on_error, 1);
}

// False where libjpeg failed: it jumps back to setjmp, so nothing in here has a destructor.
bool write_jpeg(Writing& writing) {
  jpeg_compress_struct& compressor = writing.compressor;
  compressor.err = jpeg_std_error(&writing.errors);
  writing.errors.error_exit = jump_back;
  writing.errors.output_message = [](j_common_ptr) {};
  compressor.client_data = &writing;
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(writing.on_error) != 0) return false;
  jpeg_create_compress(&compressor);
  jpeg_mem_dest(&compressor, &writing.bytes, &writing.size);
  compressor.image_width = writing.options.width;
  compressor.image_height = writing.options.height;
  compressor.input_components = static_cast<int>(Picture::channel_count);
  compressor.in_color_space = JCS_RGB;
  jpeg_set_defaults(&compressor);
  jpeg_set_quality(&compressor, quality, TRUE);
  jpeg_start_compress(&compressor, TRUE);
  while (compressor.next_scanline < compressor.image_height) {
    writing.picture.paint_row(compressor.next_scanline, writing.row);
    JSAMPROW row = writing.row.data();
    (void)jpeg_write_scanlines(&compressor, &row, 1);
  }
  jpeg_finish_compress(&compressor);
  return true;
}

// Comment segments of `size` bytes in all, or a few less where that leaves none.
void append_comments(std::string& file, std::uint64_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint8_t> contents;
  while (size > comment_frame_size) {
    contents.resize(static_cast<std::size_t>(
        std::min<std::uint64_t>(size - comment_frame_size, comment_size_max)));
    random.fill(contents);
    const std::size_t length = contents.size() + 2;
    file += {'\xff', '\xfe', static_cast<char>(length >> 8U), static_cast<char>(length & 0xFFU)};
    file.append(contents.begin(), contents.end());
    size -= contents.size() + comment_frame_size;
  }
}

// The size of SOI and APP0, which must stay first.
std::size_t opening_size(std::string_view file) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(file[i]); };
  return 2 + 2 + ((std::size_t{at(4)} << 8U) | at(5));
}

}  // namespace

Result<std::string> make_jpeg(const PictureOptions& options) {
  Writing writing{
      .options = options,
      .picture = Picture(options.width, options.height, options.seed),
      .row = std::vector<std::uint8_t>(std::size_t{options.width} * Picture::channel_count)};
  const bool written = write_jpeg(writing);
  jpeg_destroy_compress(&writing.compressor);
  std::string file;
  if (written) {
    const std::string_view encoded(reinterpret_cast<const char*>(writing.bytes), writing.size);
    const std::size_t opening = opening_size(encoded);
    const std::uint64_t missing =
        options.size_bytes > encoded.size() ? options.size_bytes - encoded.size() : 0;
    file.reserve(encoded.size() + static_cast<std::size_t>(missing));
    file = encoded.substr(0, opening);
    append_comments(file, missing, options.seed);
    file += encoded.substr(opening);
  }
  std::free(writing.bytes);  // NOLINT(cppcoreguidelines-no-malloc): libjpeg's own allocation
  if (!written)
    return Error{.code = ErrorCode::Internal,
                 .message = "libjpeg could not encode a picture",
                 .hint = {},
                 .provider = {}};
  return file;
}

}  // namespace patchbay::media
