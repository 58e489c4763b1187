#include "core/media/image.hpp"

#include "core/media/encode.hpp"
#include "tests/unit/media/samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace patchbay::media {
namespace {

using testing::HasSubstr;

std::span<const std::uint8_t> bytes_in(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string message_for(std::string_view text) {
  const Result<ImageSummary> summary = scan_image(bytes_in(text));
  if (summary.ok()) return "no error";
  EXPECT_EQ(summary.error().code, ErrorCode::Protocol);
  return summary.error().message;
}

std::vector<std::uint8_t> picture(ImageFormat format, std::uint32_t width, std::uint32_t height) {
  const Result<std::string> file =
      make_picture({.format = format, .width = width, .height = height});
  EXPECT_TRUE(file.ok());
  return {file.value().begin(), file.value().end()};
}

TEST(ImageScannerTest, KnowsFormatAndSizeOfEachKind) {
  for (const Sample& sample : samples) {
    const Result<ImageSummary> summary = scan_image(bytes_of(sample.text));
    ASSERT_TRUE(summary.ok()) << sample.name << ": " << summary.error().message;
    EXPECT_EQ(summary.value().format, sample.format) << sample.name;
    EXPECT_EQ(summary.value().width, 5U) << sample.name;
    EXPECT_EQ(summary.value().height, 3U) << sample.name;
  }
}

TEST(ImageScannerTest, SeesTheSameInPiecesOfOneByte) {
  for (const Sample& sample : samples) {
    ImageScanner scanner;
    for (const std::uint8_t byte : bytes_of(sample.text)) scanner.write({&byte, 1});
    ASSERT_TRUE(scanner.finish().ok()) << sample.name << ": " << scanner.finish().error().message;
    EXPECT_EQ(scanner.finish().value().width, 5U) << sample.name;
  }
}

TEST(ImageScannerTest, NoticesAFileCutOffAtAnyByte) {
  for (const Sample& sample : samples) {
    const std::vector<std::uint8_t> bytes = bytes_of(sample.text);
    for (std::size_t size = 3; size < bytes.size(); ++size) {
      const Result<ImageSummary> summary = scan_image(std::span(bytes).first(size));
      ASSERT_FALSE(summary.ok()) << sample.name << " of " << size << " bytes";
      EXPECT_THAT(summary.error().message, HasSubstr("cut off")) << sample.name << ", " << size;
      EXPECT_THAT(summary.error().message, HasSubstr(std::to_string(size) + " bytes"));
    }
    for (std::size_t size = 0; size < 3; ++size)
      EXPECT_FALSE(scan_image(std::span(bytes).first(size)).ok()) << sample.name << ", " << size;
  }
}

TEST(ImageScannerTest, NoticesAPictureCutOffAtAnyByte) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Jpeg}) {
    const std::vector<std::uint8_t> bytes = picture(format, 40, 30);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_FALSE(scan_image(std::span(bytes).first(size)).ok()) << size;
    EXPECT_TRUE(scan_image(bytes).ok());
  }
}

TEST(ImageScannerTest, IgnoresPaddingAfterTheEnd) {
  for (const Sample& sample : samples) {
    std::vector<std::uint8_t> bytes = bytes_of(sample.text);
    bytes.insert(bytes.end(), 1000, 0);
    EXPECT_TRUE(scan_image(bytes).ok()) << sample.name;
  }
}

TEST(ImageScannerTest, TellsTheSummaryAsSoonAsTheHeadWasSeen) {
  ImageScanner scanner;
  const std::vector<std::uint8_t> bytes = bytes_of(samples[0].text);
  scanner.write(std::span(bytes).first(23));
  EXPECT_FALSE(scanner.summary().has_value());
  scanner.write(std::span(bytes).subspan(23, 1));
  ASSERT_TRUE(scanner.summary().has_value());
  EXPECT_EQ(scanner.summary()->height, 3U);
}

TEST(ImageScannerTest, AcceptsTheLargestSideAndRefusesMoreAndNone) {
  std::vector<std::uint8_t> bytes = bytes_of(samples[0].text);
  const auto with_width = [&](std::uint32_t width) {
    for (unsigned i = 0; i < 4; ++i)
      bytes[16 + i] = static_cast<std::uint8_t>(width >> (24 - 8 * i));
    return scan_image(bytes);
  };
  ASSERT_TRUE(with_width(image_side_max).ok());
  EXPECT_EQ(with_width(image_side_max).value().width, image_side_max);
  EXPECT_THAT(with_width(image_side_max + 1).error().message, HasSubstr("absurd size"));
  EXPECT_THAT(with_width(0).error().message, HasSubstr("of 0 x 3 pixels"));
  EXPECT_THAT(with_width(0xFFFF'FFFF).error().message, HasSubstr("4294967295 x 3"));
}

TEST(ImageScannerTest, TellsWhatTheBytesLookLikeInstead) {
  EXPECT_THAT(message_for(""), HasSubstr("looks like nothing at all"));
  EXPECT_THAT(message_for("\n  <!DOCTYPE HTML><title>Sign in"), HasSubstr("looks like HTML"));
  EXPECT_THAT(message_for("<svg xmlns='x'/>"), HasSubstr("SVG"));
  EXPECT_THAT(message_for("<?xml version=\"1.0\"?>\n<!-- drawn --><svg/>"), HasSubstr("SVG"));
  EXPECT_THAT(message_for("<?xml version=\"1.0\"?><Error/>"), HasSubstr("looks like XML"));
  EXPECT_THAT(message_for(R"({"error":{"code":500}})"), HasSubstr("looks like JSON"));
  EXPECT_THAT(message_for("upstream connect error"), HasSubstr("looks like text"));
  EXPECT_THAT(message_for("   \r\n  "), HasSubstr("white space only"));
  EXPECT_THAT(message_for("PK\x03\x04zipzipzip"), HasSubstr("ZIP"));
  EXPECT_THAT(message_for("%PDF-1.7 and more"), HasSubstr("PDF"));
  EXPECT_THAT(message_for("iVBORw0KGgoAAAANSUhEUg"), HasSubstr("base64"));
  EXPECT_THAT(message_for("\x01\x02\x03\x04\x05\x06\x07"), HasSubstr("no format known"));
  EXPECT_THAT(message_for("RIFF\x10\x10\x10\x10WAVEfmt "), HasSubstr("not WebP"));
  EXPECT_THAT(message_for(std::string_view("\0\0\0\x1c"
                                           "ftypavif\0\0\0\0",
                                           16)),
              HasSubstr("AVIF"));
}

TEST(ImageScannerTest, SeesTheSameLikenessInPiecesOfOneByte) {
  const std::string page = "  <!doctype html><p>" + std::string(1000, 'x');
  ImageScanner scanner;
  for (const char& letter : page) scanner.write(bytes_in({&letter, 1}));
  EXPECT_EQ(scanner.finish().error().message, message_for(page));
}

TEST(ImageScannerTest, RefusesAPngWhoseChunksAreImpossible) {
  std::vector<std::uint8_t> bytes = bytes_of(samples[0].text);
  bytes[33] = 0xFF;  // the length of the chunk after IHDR
  EXPECT_THAT(scan_image(bytes).error().message, HasSubstr("impossible length"));
  bytes = bytes_of(samples[0].text);
  bytes[12] = 'X';
  EXPECT_THAT(scan_image(bytes).error().message, HasSubstr("not IHDR"));
  bytes = bytes_of(samples[0].text);
  bytes[37] = 'X';  // IDAT
  EXPECT_THAT(scan_image(bytes).error().message, HasSubstr("no pixels"));
}

TEST(ImageScannerTest, RefusesAJpegWithoutAFrame) {
  EXPECT_THAT(message_for(std::string("\xff\xd8\xff\xda\x00\x03\x01wxyz\xff\xd9zz", 15)),
              HasSubstr("tells no size"));
  EXPECT_THAT(message_for(std::string("\xff\xd8\xff\xe0\x00\x01zzzzzzzz", 14)),
              HasSubstr("impossible length"));
}

TEST(ImageScannerTest, SurvivesAnyByteBeingAnother) {
  for (const Sample& sample : samples) {
    std::vector<std::uint8_t> bytes = bytes_of(sample.text);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::uint8_t original = bytes[i];
      for (const unsigned change : {0xFFU, 0x01U, 0x80U}) {
        bytes[i] = static_cast<std::uint8_t>(original ^ change);
        const Result<ImageSummary> summary = scan_image(bytes);
        if (summary.ok()) {
          EXPECT_LE(summary.value().width, image_side_max);
        }
      }
      bytes[i] = original;
    }
  }
}

TEST(ImageScannerTest, HoldsAtMostAFewHundredBytes) {
  EXPECT_LE(sizeof(ImageScanner), 512U);
}

TEST(ImageFormatTest, NamesMimeAndSuffix) {
  EXPECT_EQ(mime_of(ImageFormat::Jpeg), "image/jpeg");
  EXPECT_EQ(suffix_of(ImageFormat::Jpeg), ".jpg");
  EXPECT_EQ(mime_of(ImageFormat::Gif), "image/gif");
  EXPECT_EQ(suffix_of(ImageFormat::Webp), ".webp");
}

}  // namespace
}  // namespace patchbay::media
