#include "core/media/convert.hpp"

#include "core/media/row_file.hpp"

#include <string>
#include <vector>

namespace patchbay::media {
namespace {

constexpr std::size_t channel_count = 3;

bool is_known(ImageFormat format) {
  return format == ImageFormat::Png || format == ImageFormat::Jpeg;
}

}  // namespace

bool can_convert(ImageFormat from, ImageFormat to) noexcept {
  return is_known(from) && is_known(to) && from != to;
}

Status check_shape(const RowShape& shape) {
  if (std::uint64_t{shape.width} * shape.height <= convert_pixels_max) return {};
  return Error{ErrorCode::BadInput,
               "an image of " + std::to_string(shape.width) + "x" + std::to_string(shape.height) +
                   " pixels is too large to convert",
               "at most " + std::to_string(convert_pixels_max >> 20U) +
                   " million pixels are; leave --convert out to get the file as it is"};
}

Error damaged(std::string_view format, std::string_view why) {
  return Error{ErrorCode::BadInput,
               "the " + std::string(format) + " cannot be converted: " + std::string(why)};
}

Status convert(const Conversion& conversion) {
  if (!can_convert(conversion.from, conversion.to)) {
    return Error{ErrorCode::BadInput,
                 "cannot turn " + std::string(mime_of(conversion.from)) + " into " +
                     std::string(mime_of(conversion.to)),
                 "PNG and JPEG can be turned into each other"};
  }
  const bool from_png = conversion.from == ImageFormat::Png;
  const auto reader = from_png ? png_reader(conversion) : jpeg_reader(conversion);
  const auto writer = from_png ? jpeg_writer(conversion) : png_writer(conversion);
  const RowShape shape = PATCHBAY_TRY(reader->start());
  PATCHBAY_TRY(writer->start(shape));
  std::vector<std::uint8_t> row(std::size_t{shape.width} * channel_count);
  for (std::uint32_t y = 0; y < shape.height; ++y) {
    PATCHBAY_TRY(reader->read(row));
    PATCHBAY_TRY(writer->write(row));
  }
  return writer->finish();
}

}  // namespace patchbay::media
