#include "host/cli/values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace patchbay::cli {
namespace {

using std::chrono::milliseconds;

TEST(ValuesTest, ReadsNumbersUpToTheirLimits) {
  constexpr NumberRange range{1, 10};
  EXPECT_EQ(parse_number("--n", "1", range).value(), 1);
  EXPECT_EQ(parse_number("--n", "10", range).value(), 10);
  for (const char* text :
       {"0", "11", "", " 1", "1 ", "1.0", "0x1", "one", "99999999999999999999"}) {
    EXPECT_FALSE(parse_number("--n", text, range).ok()) << text;
  }
}

TEST(ValuesTest, NamesTheOptionAndWhatItTakes) {
  const auto number = parse_number("--width", "wide", {1, 10});
  ASSERT_FALSE(number.ok());
  EXPECT_EQ(number.error().code, ErrorCode::Usage);
  EXPECT_EQ(number.error().message, "--width takes a whole number from 1 to 10, not 'wide'");
}

TEST(ValuesTest, ShortensWhatItRepeats) {
  const auto number = parse_number("--width", std::string(1000, 'x'), {1, 10});
  ASSERT_FALSE(number.ok());
  EXPECT_LT(number.error().message.size(), 150U);
}

TEST(ValuesTest, ReadsPixelSizes) {
  const auto size = parse_pixel_size("--size", "1024x768");
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(size.value().width, 1024);
  EXPECT_EQ(size.value().height, 768);
  EXPECT_TRUE(parse_pixel_size("--size", "16384x16384").ok());
  for (const char* text :
       {"", "x", "10", "10x", "x10", "0x1", "16385x1", "1x16385", "1x2x3", "-1x2"}) {
    EXPECT_FALSE(parse_pixel_size("--size", text).ok()) << text;
  }
}

TEST(ValuesTest, ReadsDurationsInEveryUnit) {
  EXPECT_EQ(parse_duration("--timeout", "90").value(), milliseconds(90'000));
  EXPECT_EQ(parse_duration("--timeout", "90s").value(), milliseconds(90'000));
  EXPECT_EQ(parse_duration("--timeout", "250ms").value(), milliseconds(250));
  EXPECT_EQ(parse_duration("--timeout", "2m").value(), milliseconds(120'000));
  EXPECT_EQ(parse_duration("--timeout", "24h").value(), duration_max);
  for (const char* text :
       {"", "0", "0s", "-1", "s", "1.5", "2 m", "1441m", "9223372036854775807h"}) {
    EXPECT_FALSE(parse_duration("--timeout", text).ok()) << text;
  }
}

TEST(ValuesTest, TakesAPlainLatencyAsMilliseconds) {
  EXPECT_EQ(parse_latency("--latency", "250").value(), milliseconds(250));
  EXPECT_EQ(parse_latency("--latency", "0").value(), milliseconds(0));
  EXPECT_EQ(parse_latency("--latency", "2s").value(), milliseconds(2000));
}

TEST(ValuesTest, ReadsByteCounts) {
  EXPECT_EQ(parse_byte_count("--image-bytes", "300000").value(), 300'000U);
  EXPECT_EQ(parse_byte_count("--image-bytes", "20M").value(), 20U << 20U);
  EXPECT_EQ(parse_byte_count("--image-bytes", "512K").value(), 512U << 10U);
  for (const char* text : {"", "M", "20X", "-1", "1e6"}) {
    EXPECT_FALSE(parse_byte_count("--image-bytes", text).ok()) << text;
  }
}

TEST(ValuesTest, ReadsPairs) {
  const auto pair = parse_pair("--param", "a=b=c");
  ASSERT_TRUE(pair.ok());
  EXPECT_EQ(pair.value().first, "a");
  EXPECT_EQ(pair.value().second, "b=c");
  EXPECT_EQ(parse_pair("--param", "a=").value().second, "");
  EXPECT_FALSE(parse_pair("--param", "a").ok());
  EXPECT_FALSE(parse_pair("--param", "=b").ok());
}

TEST(ValuesTest, ReadsAspectRatios) {
  EXPECT_EQ(parse_aspect_ratio("--aspect-ratio", "16:9").value(), "16:9");
  for (const char* text : {"", ":", "16", "16:", ":9", "0:1", "1:1000", "16:9:4", "a:b"}) {
    EXPECT_FALSE(parse_aspect_ratio("--aspect-ratio", text).ok()) << text;
  }
}

TEST(SinceTest, IsASpanOrADate) {
  constexpr std::int64_t now = 1'795'410'984'000;  // 2026-11-23 05:16:24 UTC
  EXPECT_EQ(parse_since("--since", "24h", now).value(), now - 86'400'000);
  EXPECT_EQ(parse_since("--since", "7d", now).value(), now - 7 * 86'400'000LL);
  EXPECT_EQ(parse_since("--since", "90m", now).value(), now - 5'400'000);
  EXPECT_EQ(parse_since("--since", "2026-11-23", now).value(), 1'795'392'000'000);
  EXPECT_EQ(parse_since("--since", "2026-11-23 05:16:24", now).value(), now);
  EXPECT_EQ(parse_since("--since", "2026-11-23T05:16", now).value(), now - 24'000);
  for (const char* bad :
       {"", "0h", "7", "d", "-1h", "yesterday", "2026-13-01", "2026-11-01x", "99999999d"}) {
    const auto since = parse_since("--since", bad, now);
    ASSERT_FALSE(since.ok()) << bad;
    EXPECT_EQ(since.error().code, ErrorCode::Usage);
    EXPECT_NE(since.error().message.find("--since"), std::string::npos);
  }
}

}  // namespace
}  // namespace patchbay::cli
