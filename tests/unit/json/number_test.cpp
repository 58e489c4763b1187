#include "core/json/value.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace patchbay::json {
namespace {

// The nearest double, by the standard library.
double nearest(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

TEST(JsonNumberTest, IntegersAreExactToTheirLimits) {
  EXPECT_EQ(*parse("9223372036854775807").value().integer(), INT64_MAX);
  EXPECT_EQ(*parse("-9223372036854775808").value().integer(), INT64_MIN);
  EXPECT_EQ(*parse("4294967296").value().integer(), 4294967296);
  EXPECT_EQ(*parse("2147483648").value().integer(), 2147483648);
  EXPECT_EQ(*parse("-2147483649").value().integer(), -2147483649);
  EXPECT_EQ(*parse("-0").value().integer(), 0);
}

TEST(JsonNumberTest, IntegersBeyondThemBecomeReal) {
  EXPECT_EQ(*parse("9223372036854775808").value().real(), 9223372036854775808.0);
  EXPECT_EQ(*parse("18446744073709551615").value().real(), 18446744073709551615.0);
  EXPECT_EQ(*parse("18446744073709551616").value().real(), 18446744073709551616.0);
  EXPECT_EQ(*parse("-9223372036854775809").value().real(), -9223372036854775809.0);
}

TEST(JsonNumberTest, RealsAreTheNearestDouble) {
  for (const std::string_view text : {"0.1",
                                      "1e22",
                                      "1e23",
                                      "9007199254740993.0",
                                      "2.2250738585072011e-308",
                                      "2.2250738585072014e-308",
                                      "4.9406564584124654e-324",
                                      "1.7976931348623157e308",
                                      "123456789012345678901234567890e-20",
                                      "0.500000000000000166533453693773481063544750213623046875",
                                      "3.518437208883201171875e13",
                                      "0.0e109",
                                      "0e5",
                                      "0.00e-149",
                                      "62.5364939768271845828",
                                      "8.10109172351e-10"})
    EXPECT_EQ(*parse(text).value().real(), nearest(text)) << text;
}

TEST(JsonNumberTest, RandomRealsSurviveWritingAndReading) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 5'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = write(Value(value));
    const Value read = parse(text).value();
    ASSERT_NE(read.real(), nullptr) << text;
    EXPECT_EQ(*read.real(), value) << text;
  }
}

TEST(JsonNumberTest, RandomDigitsAreReadAsTheStandardLibraryReadsThem) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 5'000; ++i) {
    std::string text = std::to_string(random() % 10) + ".";
    for (std::uint64_t digits = 1 + random() % 40; digits > 0; --digits)
      text += static_cast<char>('0' + random() % 10);
    text += "e" + std::to_string(static_cast<int>(random() % 600) - 300);
    EXPECT_EQ(*parse(text).value().real(), nearest(text)) << text;
  }
}

TEST(JsonNumberTest, NumbersBeyondADoubleAreRefused) {
  EXPECT_FALSE(parse("1e309").ok());
  EXPECT_FALSE(parse("-1e999").ok());
  EXPECT_FALSE(parse("1e99999999999999999999").ok());
  EXPECT_FALSE(parse("9.9e308").ok());
  EXPECT_FALSE(parse("0.9e309").ok());
  EXPECT_FALSE(parse("1" + std::string(309, '0')).ok());
  EXPECT_FALSE(parse("-1" + std::string(309, '0') + ".0").ok());
}

TEST(JsonNumberTest, NumbersNearerToZeroThanADoubleAreZero) {
  EXPECT_EQ(*parse("0." + std::string(400, '0') + "1").value().real(), 0.0);
  EXPECT_EQ(*parse("0." + std::string(400, '0') + "1e5").value().real(), 0.0);
  EXPECT_EQ(*parse("0." + std::string(400, '0') + "1e400").value().real(), 0.1);
  EXPECT_EQ(*parse("12345e-400").value().real(), 0.0);
  EXPECT_EQ(*parse("1e-999").value().real(), 0.0);
  EXPECT_EQ(*parse("1e-99999999999999999999").value().real(), 0.0);
}

TEST(JsonNumberTest, VeryLongNumbersEndQuickly) {
  EXPECT_FALSE(parse(std::string(100'000, '9')).ok());
  const std::string small = "0." + std::string(100'000, '0') + "1";
  EXPECT_EQ(*parse(small).value().real(), 0.0);
  const std::string third = "0." + std::string(100'000, '3');
  EXPECT_NEAR(*parse(third).value().real(), 1.0 / 3, 1e-16);
}

TEST(JsonNumberTest, WritesIntegersAndRealsApart) {
  EXPECT_EQ(write(Value(1)), "1");
  EXPECT_EQ(write(Value(1.0)), "1.0");
  EXPECT_EQ(write(Value(0.1)), "0.1");
  EXPECT_EQ(write(Value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
}

TEST(JsonNumberTest, WritesNullForWhatJsonCannotExpress) {
  EXPECT_EQ(write(Value(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(write(Value(-std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(write(Value(std::numeric_limits<double>::quiet_NaN())), "null");
}

}  // namespace
}  // namespace patchbay::json
