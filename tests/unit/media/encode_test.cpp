#include "core/media/encode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::media {
namespace {

using testing::HasSubstr;

Result<ImageSummary> scanned(const std::string& file) {
  return scan_image({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()});
}

TEST(MakePictureTest, HasTheFormatAndSizeAskedFor) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Jpeg}) {
    for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 50U}, {1376U, 768U}, {3U, 2U}}) {
      const Result<std::string> file =
          make_picture({.format = format, .width = width, .height = height});
      ASSERT_TRUE(file.ok()) << file.error().message;
      const Result<ImageSummary> summary = scanned(file.value());
      ASSERT_TRUE(summary.ok()) << summary.error().message;
      EXPECT_EQ(summary.value().format, format);
      EXPECT_EQ(summary.value().width, width);
      EXPECT_EQ(summary.value().height, height);
    }
  }
}

TEST(MakePictureTest, GivesTheSameBytesForTheSameSeedAndOthersForAnother) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Jpeg}) {
    const auto with_seed = [&](std::uint64_t seed) {
      return make_picture(
                 {.format = format, .width = 64, .height = 64, .seed = seed, .size_bytes = 9000})
          .value();
    };
    EXPECT_EQ(with_seed(4), with_seed(4));
    EXPECT_NE(with_seed(4), with_seed(5));
  }
}

TEST(MakePictureTest, IsPaddedToTheSizeAskedFor) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Jpeg}) {
    for (const std::uint64_t size : {5'000U, 65'600U, 1'048'600U, 3'000'001U}) {
      const std::string file =
          make_picture({.format = format, .width = 32, .height = 32, .size_bytes = size}).value();
      EXPECT_LE(file.size(), size);
      EXPECT_GE(file.size() + 12, size);
      EXPECT_TRUE(scanned(file).ok()) << scanned(file).error().message;
    }
  }
}

TEST(MakePictureTest, IsAsLargeAsItMustBeWhereLessWasAsked) {
  const std::string plain = make_picture({.width = 32, .height = 32}).value();
  EXPECT_EQ(make_picture({.width = 32, .height = 32, .size_bytes = 1}).value(), plain);
}

TEST(MakePictureTest, AcceptsTheLongestSide) {
  const Result<std::string> file = make_picture({.width = picture_side_max, .height = 1});
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(scanned(file.value()).value().width, picture_side_max);
}

TEST(MakePictureTest, RefusesWhatItCannotMake) {
  const auto message = [](const PictureOptions& options) {
    const Result<std::string> file = make_picture(options);
    if (file.ok()) return std::string("no error");
    EXPECT_EQ(file.error().code, ErrorCode::BadInput);
    return file.error().message;
  };
  EXPECT_THAT(message({.width = 0}), HasSubstr("0 x 1024"));
  EXPECT_THAT(message({.height = picture_side_max + 1}), HasSubstr("16385"));
  EXPECT_THAT(message({.size_bytes = picture_size_max + 1}), HasSubstr("the most is"));
  EXPECT_THAT(message({.format = ImageFormat::Webp}), HasSubstr("image/webp"));
}

}  // namespace
}  // namespace patchbay::media
