#include "host/cli/image_output.hpp"
#include "host/cli/progress.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace patchbay::cli {
namespace {

TEST(ReadableTest, ShowsBytesInTheUnitThatFits) {
  EXPECT_EQ(readable_bytes(0), "0 bytes");
  EXPECT_EQ(readable_bytes(1023), "1023 bytes");
  EXPECT_EQ(readable_bytes(1024), "1.0 KiB");
  EXPECT_EQ(readable_bytes(1536 * 1024), "1.5 MiB");
  EXPECT_EQ(readable_bytes(std::uint64_t{5} << 40U), "5120.0 GiB");
}

TEST(ReadableTest, ShowsDollarsWithAsManyDigitsAsAreNeeded) {
  EXPECT_EQ(readable_cost(0), "$0.00");
  EXPECT_EQ(readable_cost(39'000'000), "$0.039");
  EXPECT_EQ(readable_cost(38'701'200), "$0.0387012");
  EXPECT_EQ(readable_cost(12'500'000'000), "$12.50");
}

TEST(ReadableTest, ShowsSecondsWithOneDecimal) {
  EXPECT_EQ(readable_seconds(std::chrono::milliseconds(0)), "0.0 s");
  EXPECT_EQ(readable_seconds(std::chrono::milliseconds(8199)), "8.1 s");
}

TEST(SuffixWarningTest, SpeaksUpWhenTheNamePromisesAnotherFormat) {
  host::SavedImage image;
  image.format = media::ImageFormat::Jpeg;
  for (const char* right : {"a.jpg", "a.JPG", "a.jpeg", "a", "folder.png/a"}) {
    image.path = right;
    EXPECT_FALSE(suffix_warning(image)) << right;
  }
  image.path = "a.png";
  ASSERT_TRUE(suffix_warning(image));
  EXPECT_NE(suffix_warning(image)->find("image/jpeg"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::cli
