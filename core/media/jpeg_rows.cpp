// libjpeg on both sides of a conversion. It reports errors by longjmp: each function that may be
// jumped out of calls setjmp itself, and holds nothing with a destructor.
#include "core/media/row_file.hpp"

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

// After <cstdio>: it uses FILE without including it.
#include <jerror.h>
#include <jpeglib.h>

namespace patchbay::media {
namespace {

constexpr int quality = 92;
constexpr std::size_t buffer_size = std::size_t{64} << 10U;

// libjpeg's error state, what it said, and where to jump.
struct Trouble {
  jpeg_error_mgr errors{};  // first: libjpeg knows the object by it
  std::jmp_buf on_error{};
  Status io;
  std::array<char, JMSG_LENGTH_MAX> words{};

  [[nodiscard]] Error error() const { return io.ok() ? damaged("JPEG", words.data()) : io.error(); }
};

[[noreturn]] void jump_back(j_common_ptr info) {
  auto& trouble = *reinterpret_cast<Trouble*>(info->err);
  info->err->format_message(info, trouble.words.data());
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg must not return from here.
  std::longjmp(trouble.on_error, 1);
}

// Left alone, libjpeg fills what is missing with grey and goes on.
void refuse_damage(j_common_ptr info, int level) {
  const bool is_damage = level < 0 && info->err->msg_code != JWRN_EXTRANEOUS_DATA;
  if (is_damage) jump_back(info);
}

jpeg_error_mgr* prepare(Trouble& trouble) {
  jpeg_std_error(&trouble.errors);
  trouble.errors.error_exit = jump_back;
  trouble.errors.emit_message = refuse_damage;
  trouble.errors.output_message = [](j_common_ptr) {};
  return &trouble.errors;
}

class JpegReader final : public RowReader {
 public:
  explicit JpegReader(const Conversion& conversion) : conversion_(conversion) {}
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() override { jpeg_destroy_decompress(&info_); }

  Result<RowShape> start() override;
  Status read(std::span<std::uint8_t> row) override;

 private:
  [[nodiscard]] bool read_head();
  [[nodiscard]] bool start_decoding();
  [[nodiscard]] bool read_row(std::uint8_t* row);
  static boolean refill(j_decompress_ptr info);
  static void skip(j_decompress_ptr info, long count);
  static void watch_scans(j_common_ptr info);

  const Conversion& conversion_;
  jpeg_decompress_struct info_{};
  Trouble trouble_;
  jpeg_source_mgr source_{};
  jpeg_progress_mgr progress_{};
  std::array<JOCTET, buffer_size> buffer_{};
};

boolean JpegReader::refill(j_decompress_ptr info) {
  auto& reader = *static_cast<JpegReader*>(info->client_data);
  bool has_bytes = false;
  {
    auto count = reader.conversion_.source(reader.buffer_);
    if (count.ok()) {
      reader.source_.bytes_in_buffer = count.value();
      has_bytes = count.value() > 0;
    } else {
      reader.trouble_.io = std::move(count).error();
    }
  }
  if (!has_bytes) ERREXIT(info, JERR_INPUT_EOF);
  reader.source_.next_input_byte = reader.buffer_.data();
  return TRUE;
}

void JpegReader::skip(j_decompress_ptr info, long count) {
  auto& source = *info->src;
  auto left = static_cast<std::size_t>(count > 0 ? count : 0);
  while (left > source.bytes_in_buffer) {
    left -= source.bytes_in_buffer;
    (void)refill(info);
  }
  source.next_input_byte += left;
  source.bytes_in_buffer -= left;
}

// A small progressive file can hold so many scans that decoding it takes hours.
void JpegReader::watch_scans(j_common_ptr info) {
  if (!info->is_decompressor) return;
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > jpeg_scans_max)
    ERREXIT(info, JERR_BAD_PROGRESSION);
}

bool JpegReader::read_head() {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(trouble_.on_error) != 0) return false;
  jpeg_create_decompress(&info_);
  info_.client_data = this;
  info_.mem->max_memory_to_use = static_cast<long>(jpeg_memory_max);
  info_.progress = &progress_;
  progress_.progress_monitor = watch_scans;
  info_.src = &source_;
  source_.init_source = [](j_decompress_ptr) {};
  source_.term_source = [](j_decompress_ptr) {};
  source_.resync_to_restart = jpeg_resync_to_restart;
  source_.fill_input_buffer = refill;
  source_.skip_input_data = skip;
  (void)jpeg_read_header(&info_, TRUE);
  info_.out_color_space = JCS_RGB;
  return true;
}

bool JpegReader::start_decoding() {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(trouble_.on_error) != 0) return false;
  return jpeg_start_decompress(&info_) == TRUE;
}

bool JpegReader::read_row(std::uint8_t* row) {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(trouble_.on_error) != 0) return false;
  JSAMPROW rows = row;
  return jpeg_read_scanlines(&info_, &rows, 1) == 1;
}

Result<RowShape> JpegReader::start() {
  info_.err = prepare(trouble_);
  if (!read_head()) return trouble_.error();
  if (info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK)
    return damaged("JPEG", "its colours are for printing (CMYK)");
  const RowShape shape{info_.image_width, info_.image_height};
  PATCHBAY_TRY(check_shape(shape));
  if (!start_decoding()) return trouble_.error();
  return shape;
}

Status JpegReader::read(std::span<std::uint8_t> row) {
  if (!read_row(row.data())) return trouble_.error();
  return {};
}

class JpegWriter final : public RowWriter {
 public:
  explicit JpegWriter(const Conversion& conversion) : conversion_(conversion) {}
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;
  ~JpegWriter() override { jpeg_destroy_compress(&info_); }

  Status start(const RowShape& shape) override;
  Status write(std::span<const std::uint8_t> row) override;
  Status finish() override;

 private:
  [[nodiscard]] bool write_head(const RowShape& shape);
  [[nodiscard]] bool write_row(const std::uint8_t* row);
  [[nodiscard]] bool write_end();
  void pass_on(std::size_t count);
  void empty_buffer();
  static boolean flush(j_compress_ptr info);
  static void flush_last(j_compress_ptr info);

  const Conversion& conversion_;
  jpeg_compress_struct info_{};
  Trouble trouble_;
  jpeg_destination_mgr target_{};
  std::array<JOCTET, buffer_size> buffer_{};
};

void JpegWriter::empty_buffer() {
  target_.next_output_byte = buffer_.data();
  target_.free_in_buffer = buffer_.size();
}

void JpegWriter::pass_on(std::size_t count) {
  trouble_.io = conversion_.target({buffer_.data(), count});
  if (!trouble_.io.ok()) ERREXIT(&info_, JERR_FILE_WRITE);
  empty_buffer();
}

// libjpeg counts on the whole buffer being taken, whatever its pointers say.
boolean JpegWriter::flush(j_compress_ptr info) {
  auto& writer = *static_cast<JpegWriter*>(info->client_data);
  writer.pass_on(writer.buffer_.size());
  return TRUE;
}

void JpegWriter::flush_last(j_compress_ptr info) {
  auto& writer = *static_cast<JpegWriter*>(info->client_data);
  writer.pass_on(writer.buffer_.size() - writer.target_.free_in_buffer);
}

bool JpegWriter::write_head(const RowShape& shape) {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(trouble_.on_error) != 0) return false;
  jpeg_create_compress(&info_);
  info_.client_data = this;
  info_.dest = &target_;
  target_.init_destination = [](j_compress_ptr info) {
    static_cast<JpegWriter*>(info->client_data)->empty_buffer();
  };
  target_.empty_output_buffer = flush;
  target_.term_destination = flush_last;
  info_.image_width = shape.width;
  info_.image_height = shape.height;
  info_.input_components = 3;
  info_.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info_);
  jpeg_set_quality(&info_, quality, TRUE);
  jpeg_start_compress(&info_, TRUE);
  return true;
}

bool JpegWriter::write_row(const std::uint8_t* row) {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(trouble_.on_error) != 0) return false;
  // libjpeg does not write to it, and has no const.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): see above.
  JSAMPROW rows = const_cast<JSAMPROW>(row);
  return jpeg_write_scanlines(&info_, &rows, 1) == 1;
}

bool JpegWriter::write_end() {
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg's own way to report errors.
  if (setjmp(trouble_.on_error) != 0) return false;
  jpeg_finish_compress(&info_);
  return true;
}

Status JpegWriter::start(const RowShape& shape) {
  info_.err = prepare(trouble_);
  if (!write_head(shape)) return trouble_.error();
  return {};
}

Status JpegWriter::write(std::span<const std::uint8_t> row) {
  if (!write_row(row.data())) return trouble_.error();
  return {};
}

Status JpegWriter::finish() {
  if (!write_end()) return trouble_.error();
  return {};
}

}  // namespace

std::unique_ptr<RowReader> jpeg_reader(const Conversion& conversion) {
  return std::make_unique<JpegReader>(conversion);
}

std::unique_ptr<RowWriter> jpeg_writer(const Conversion& conversion) {
  return std::make_unique<JpegWriter>(conversion);
}

}  // namespace patchbay::media
