#include "core/media/convert.hpp"

#include "core/media/encode.hpp"
#include "core/media/row_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace patchbay::media {
namespace {

using testing::HasSubstr;

std::string picture(ImageFormat format) {
  return make_picture({.format = format, .width = 61, .height = 47, .seed = 3}).value();
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// In pieces of seven bytes, so that every structure of the format is cut somewhere.
Result<std::string> converted(const std::string& file, ImageFormat from, ImageFormat to) {
  std::string out;
  std::size_t at = 0;
  Conversion conversion;
  conversion.from = from;
  conversion.to = to;
  conversion.source = [&](std::span<std::uint8_t> wanted) -> Result<std::size_t> {
    const std::size_t count = std::min({wanted.size(), file.size() - at, std::size_t{7}});
    std::copy_n(bytes_of(file).begin() + static_cast<std::ptrdiff_t>(at), count, wanted.begin());
    at += count;
    return count;
  };
  conversion.target = [&](std::span<const std::uint8_t> bytes) -> Status {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  };
  PATCHBAY_TRY(convert(conversion));
  return out;
}

TEST(ConvertTest, TurnsOneFormatIntoTheOtherAtTheSameSize) {
  const std::pair<ImageFormat, ImageFormat> ways[] = {{ImageFormat::Png, ImageFormat::Jpeg},
                                                      {ImageFormat::Jpeg, ImageFormat::Png}};
  for (const auto& [from, to] : ways) {
    const auto out = converted(picture(from), from, to);
    ASSERT_TRUE(out.ok()) << out.error().message;
    const auto summary = scan_image(bytes_of(out.value()));
    ASSERT_TRUE(summary.ok()) << summary.error().message;
    EXPECT_EQ(summary.value().format, to);
    EXPECT_EQ(summary.value().width, 61U);
    EXPECT_EQ(summary.value().height, 47U);
  }
}

TEST(ConvertTest, RefusesFormatsItCannotRead) {
  EXPECT_FALSE(can_convert(ImageFormat::Webp, ImageFormat::Png));
  EXPECT_FALSE(can_convert(ImageFormat::Png, ImageFormat::Webp));
  EXPECT_FALSE(can_convert(ImageFormat::Png, ImageFormat::Png));
  const auto out = converted("RIFF", ImageFormat::Webp, ImageFormat::Png);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, ErrorCode::BadInput);
  EXPECT_THAT(out.error().message, HasSubstr("image/webp"));
}

TEST(ConvertTest, SaysWhatIsWrongWithADamagedFile) {
  for (const ImageFormat from : {ImageFormat::Png, ImageFormat::Jpeg}) {
    const ImageFormat to = from == ImageFormat::Png ? ImageFormat::Jpeg : ImageFormat::Png;
    const std::string whole = picture(from);
    for (const std::size_t size : {std::size_t{0}, std::size_t{20}, whole.size() / 2}) {
      const auto out = converted(whole.substr(0, size), from, to);
      ASSERT_FALSE(out.ok()) << size;
      EXPECT_EQ(out.error().code, ErrorCode::BadInput);
      EXPECT_THAT(out.error().message, HasSubstr("cannot be converted: "));
    }
  }
}

// The size stands in the frame header: marker, length, precision, height, width.
TEST(ConvertTest, RefusesMorePixelsThanTheLimitBeforeDecodingAny) {
  std::string file = picture(ImageFormat::Jpeg);
  const std::size_t frame = file.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  file[frame + 5] = file[frame + 7] = '\x20';
  file[frame + 6] = '\x01';
  file[frame + 8] = '\x00';
  const auto out = converted(file, ImageFormat::Jpeg, ImageFormat::Png);
  ASSERT_FALSE(out.ok());
  EXPECT_THAT(out.error().message, HasSubstr("8192x8193 pixels is too large to convert"));
  EXPECT_TRUE(check_shape({.width = 8192, .height = 8192}).ok());
}

TEST(ConvertTest, RefusesAFileWithFewerRowsThanItPromises) {
  std::string file = picture(ImageFormat::Jpeg);
  const std::size_t frame = file.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  file[frame + 6] = '\x70';
  const auto out = converted(file, ImageFormat::Jpeg, ImageFormat::Png);
  ASSERT_FALSE(out.ok());
  EXPECT_THAT(out.error().message, HasSubstr("cannot be converted: "));
}

TEST(ConvertTest, PassesOnTheErrorsOfBothEnds) {
  for (const ImageFormat from : {ImageFormat::Png, ImageFormat::Jpeg}) {
    Conversion conversion;
    conversion.from = from;
    conversion.to = from == ImageFormat::Png ? ImageFormat::Jpeg : ImageFormat::Png;
    const Error gone{ErrorCode::Output, "the disk is gone"};
    conversion.source = [&](std::span<std::uint8_t>) -> Result<std::size_t> { return gone; };
    Status status = convert(conversion);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, gone.message);

    const std::string file = picture(from);
    bool read = false;
    conversion.source = [&](std::span<std::uint8_t> wanted) -> Result<std::size_t> {
      if (std::exchange(read, true)) return std::size_t{0};
      const std::size_t count = std::min(wanted.size(), file.size());
      std::copy_n(bytes_of(file).begin(), count, wanted.begin());
      return count;
    };
    if (from == ImageFormat::Png) continue;  // libpng asks for small pieces only
    conversion.target = [&](std::span<const std::uint8_t>) -> Status { return gone; };
    status = convert(conversion);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, gone.message);
  }
}

}  // namespace
}  // namespace patchbay::media
