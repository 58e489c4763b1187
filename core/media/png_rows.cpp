// libpng on both sides of a conversion. It reports errors by longjmp: each function that may be
// jumped out of calls setjmp itself, and holds nothing with a destructor.
#include "core/media/row_file.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <png.h>
#include <string>
#include <vector>

namespace patchbay::media {
namespace {

constexpr std::size_t source_channels = 4;  // with alpha
constexpr int compression = 4;  // a third of the time of the default, files a little larger
constexpr std::uint32_t white = 255;

// What went wrong within a callback, until the function that was jumped out of reports it.
struct Trouble {
  Status io;
  std::array<char, 160> words{};

  [[nodiscard]] Error error() const { return io.ok() ? damaged("PNG", words.data()) : io.error(); }
};

void keep_words(png_structp png, png_const_charp words) {
  auto& trouble = *static_cast<Trouble*>(png_get_error_ptr(png));
  std::strncpy(trouble.words.data(), words, trouble.words.size() - 1);
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

class PngReader final : public RowReader {
 public:
  explicit PngReader(const Conversion& conversion) : conversion_(conversion) {}
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() override { png_destroy_read_struct(&png_, &info_, nullptr); }

  Result<RowShape> start() override;
  Status read(std::span<std::uint8_t> row) override;

 private:
  static void take_bytes(png_structp png, png_bytep out, std::size_t size);
  [[nodiscard]] std::size_t next_bytes(std::span<std::uint8_t> out);
  [[nodiscard]] bool read_head();
  [[nodiscard]] bool read_all_passes();
  [[nodiscard]] bool read_row();

  const Conversion& conversion_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Trouble trouble_;
  RowShape shape_;
  int passes_ = 1;
  std::vector<std::uint8_t> pixels_;  // one row; all of them where the file is interlaced
  std::vector<png_bytep> rows_;       // into pixels_, of an interlaced file
  std::size_t next_row_ = 0;
};

// None at the end, and where they cannot be had.
std::size_t PngReader::next_bytes(std::span<std::uint8_t> out) {
  auto count = conversion_.source(out);
  if (count.ok()) return count.value();
  trouble_.io = std::move(count).error();
  return 0;
}

void PngReader::take_bytes(png_structp png, png_bytep out, std::size_t size) {
  auto& reader = *static_cast<PngReader*>(png_get_io_ptr(png));
  while (size > 0) {
    const std::size_t count = reader.next_bytes({out, size});
    if (count == 0) png_error(png, "it is cut off");
    out += count;
    size -= count;
  }
}

bool PngReader::read_head() {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_read_info(png_, info_);
  shape_ = {png_get_image_width(png_, info_), png_get_image_height(png_, info_)};
  png_set_expand(png_);
  png_set_strip_16(png_);
  png_set_gray_to_rgb(png_);
  png_set_add_alpha(png_, white, PNG_FILLER_AFTER);
  passes_ = png_set_interlace_handling(png_);
  png_read_update_info(png_, info_);
  return png_get_rowbytes(png_, info_) == std::size_t{shape_.width} * source_channels;
}

bool PngReader::read_all_passes() {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_read_image(png_, rows_.data());
  return true;
}

bool PngReader::read_row() {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_read_row(png_, pixels_.data(), nullptr);
  return true;
}

Result<RowShape> PngReader::start() {
  png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &trouble_, keep_words, ignore_warning);
  info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
  if (info_ == nullptr) return damaged("PNG", "libpng has no memory");
  png_set_read_fn(png_, this, take_bytes);
  if (!read_head()) return trouble_.error();
  PATCHBAY_TRY(check_shape(shape_));
  const std::size_t row_size = std::size_t{shape_.width} * source_channels;
  pixels_.resize(passes_ > 1 ? row_size * shape_.height : row_size);
  if (passes_ == 1) return shape_;
  for (std::uint32_t y = 0; y < shape_.height; ++y) rows_.push_back(pixels_.data() + y * row_size);
  if (!read_all_passes()) return trouble_.error();
  return shape_;
}

Status PngReader::read(std::span<std::uint8_t> row) {
  const std::uint8_t* from = pixels_.data();
  if (passes_ > 1) {
    from = rows_[next_row_++];
  } else if (!read_row()) {
    return trouble_.error();
  }
  for (std::size_t at = 0; at < row.size(); from += source_channels) {
    const std::uint32_t alpha = from[3];
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const std::uint32_t mixed = from[channel] * alpha + white * (255 - alpha);
      row[at++] = static_cast<std::uint8_t>((mixed + 127) / 255);
    }
  }
  return {};
}

class PngWriter final : public RowWriter {
 public:
  explicit PngWriter(const Conversion& conversion) : conversion_(conversion) {}
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;
  ~PngWriter() override { png_destroy_write_struct(&png_, &info_); }

  Status start(const RowShape& shape) override;
  Status write(std::span<const std::uint8_t> row) override;
  Status finish() override;

 private:
  static void pass_on(png_structp png, png_bytep bytes, std::size_t size);
  static void flush(png_structp) {}
  [[nodiscard]] bool write_head(const RowShape& shape);
  [[nodiscard]] bool write_row(const std::uint8_t* row);
  [[nodiscard]] bool write_end();

  const Conversion& conversion_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Trouble trouble_;
};

void PngWriter::pass_on(png_structp png, png_bytep bytes, std::size_t size) {
  auto& writer = *static_cast<PngWriter*>(png_get_io_ptr(png));
  writer.trouble_.io = writer.conversion_.target({bytes, size});
  if (!writer.trouble_.io.ok()) png_error(png, "it cannot be written");
}

bool PngWriter::write_head(const RowShape& shape) {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_set_write_fn(png_, this, pass_on, flush);
  png_set_compression_level(png_, compression);
  png_set_IHDR(png_,
               info_,
               shape.width,
               shape.height,
               8,
               PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png_, info_);
  return true;
}

bool PngWriter::write_row(const std::uint8_t* row) {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_write_row(png_, row);
  return true;
}

bool PngWriter::write_end() {
  // NOLINTNEXTLINE(cert-err52-cpp): libpng's own way to report errors.
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_write_end(png_, nullptr);
  return true;
}

Status PngWriter::start(const RowShape& shape) {
  png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &trouble_, keep_words, ignore_warning);
  info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
  if (info_ == nullptr) return damaged("PNG", "libpng has no memory");
  if (!write_head(shape)) return trouble_.error();
  return {};
}

Status PngWriter::write(std::span<const std::uint8_t> row) {
  if (!write_row(row.data())) return trouble_.error();
  return {};
}

Status PngWriter::finish() {
  if (!write_end()) return trouble_.error();
  return {};
}

}  // namespace

std::unique_ptr<RowReader> png_reader(const Conversion& conversion) {
  return std::make_unique<PngReader>(conversion);
}

std::unique_ptr<RowWriter> png_writer(const Conversion& conversion) {
  return std::make_unique<PngWriter>(conversion);
}

}  // namespace patchbay::media
