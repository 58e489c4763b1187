#include "core/media/picture.hpp"
#include "core/media/picture_file.hpp"
#include "core/media/random.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <png.h>
#include <vector>

namespace patchbay::media {
namespace {

// Ancillary, private, safe to copy: decoders pass over it. They may refuse larger ones.
constexpr std::array<png_byte, 4> padding_type = {'p', 'a', 'D', 'd'};
constexpr std::size_t padding_size_max = std::size_t{1} << 20U;
constexpr std::size_t chunk_frame_size = 12;  // length, type and checksum
constexpr std::size_t end_size = chunk_frame_size;
constexpr int fast_compression = 2;

// Everything that a jump out of libpng must not leak lives here, outside the function it returns
// to.
struct Writing {
  const PictureOptions& options;
  Picture picture;
  std::vector<std::uint8_t> row;
  std::vector<std::uint8_t> padding;
  std::string file;
};

void append(png_structp png, png_bytep bytes, std::size_t size) {
  auto& writing = *static_cast<Writing*>(png_get_io_ptr(png));
  writing.file.append(reinterpret_cast<const char*>(bytes), size);
}

void write_padding(png_structp png, Writing& writing) {
  Random random(writing.options.seed);
  while (writing.file.size() + end_size + chunk_frame_size < writing.options.size_bytes) {
    const std::uint64_t missing =
        writing.options.size_bytes - writing.file.size() - end_size - chunk_frame_size;
    writing.padding.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(missing, padding_size_max)));
    random.fill(writing.padding);
    png_write_chunk(png, padding_type.data(), writing.padding.data(), writing.padding.size());
  }
}

// False where libpng failed: it jumps back to setjmp, so nothing in here has a destructor.
bool write_png(png_structp png, png_infop image, Writing& writing) {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, &writing, append, nullptr);
  png_set_compression_level(png, fast_compression);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  png_set_IHDR(png,
               image,
               writing.options.width,
               writing.options.height,
               8,
               PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, image);
  for (std::uint32_t y = 0; y < writing.options.height; ++y) {
    writing.picture.paint_row(y, writing.row);
    png_write_row(png, writing.row.data());
  }
  png_write_flush(png);
  write_padding(png, writing);
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

Result<std::string> make_png(const PictureOptions& options) {
  Writing writing{
      .options = options,
      .picture = Picture(options.width, options.height, options.seed),
      .row = std::vector<std::uint8_t>(std::size_t{options.width} * Picture::channel_count),
      .padding = {},
      .file = {}};
  writing.file.reserve(static_cast<std::size_t>(options.size_bytes) + chunk_frame_size);
  const auto silent = [](png_structp, png_const_charp) {};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, silent);
  png_infop image = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool written = image != nullptr && write_png(png, image, writing);
  png_destroy_write_struct(&png, &image);
  if (!written)
    return Error{.code = ErrorCode::Internal,
                 .message = "libpng could not encode a picture",
                 .hint = {},
                 .provider = {}};
  return std::move(writing.file);
}

}  // namespace patchbay::media
