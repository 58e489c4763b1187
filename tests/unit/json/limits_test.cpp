#include "core/json/value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::json {
namespace {

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

std::string nested(std::size_t depth) {
  return repeated("[", depth) + repeated("]", depth);
}

// An array with this many elements: one value more in all.
std::string wide(std::size_t elements) {
  return "[" + repeated("1,", elements - 1) + "1]";
}

TEST(JsonLimitsTest, DepthIsReadUpToTheLimit) {
  EXPECT_TRUE(parse(nested(64)).ok());
  const auto deeper = parse(nested(65));
  ASSERT_FALSE(deeper.ok());
  EXPECT_NE(deeper.error().message.find("at byte 64"), std::string::npos) << deeper.error().message;
  EXPECT_NE(deeper.error().message.find("nested too deeply"), std::string::npos);
  EXPECT_TRUE(parse(repeated(R"({"a":)", 64) + "1" + repeated("}", 64)).ok());
  EXPECT_FALSE(parse(repeated(R"({"a":)", 65) + "1" + repeated("}", 65)).ok());
}

TEST(JsonLimitsTest, DepthIsWhatTheCallerAsksFor) {
  Limits limits;
  limits.depth_max = 0;
  EXPECT_TRUE(parse("1", limits).ok());
  EXPECT_FALSE(parse("[]", limits).ok());
  limits.depth_max = 1;
  EXPECT_TRUE(parse("[1,2]", limits).ok());
  EXPECT_FALSE(parse("[[]]", limits).ok());
}

TEST(JsonLimitsTest, TenMillionLevelsCostNoStack) {
  Limits limits;
  limits.size_max = std::size_t{64} << 20U;
  const auto result = parse(repeated("[", 10'000'000), limits);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("nested too deeply"), std::string::npos);
}

TEST(JsonLimitsTest, ValuesAreCountedUpToTheLimit) {
  EXPECT_TRUE(parse(wide(99'999)).ok());
  const auto more = parse(wide(100'000));
  ASSERT_FALSE(more.ok());
  EXPECT_NE(more.error().message.find("too many values"), std::string::npos);
}

TEST(JsonLimitsTest, EmptyContainersCountAsValues) {
  Limits limits;
  limits.values_max = 3;
  EXPECT_TRUE(parse("[[],{}]", limits).ok());
  EXPECT_FALSE(parse("[[],{},[]]", limits).ok());
}

TEST(JsonLimitsTest, SizeIsReadUpToTheLimit) {
  Limits limits;
  limits.size_max = 10;
  EXPECT_TRUE(parse("\"12345678\"", limits).ok());
  const auto larger = parse("\"123456789\"", limits);
  ASSERT_FALSE(larger.ok());
  EXPECT_EQ(larger.error().message, "the JSON has 11 bytes, more than the limit of 10");
  EXPECT_FALSE(parse(std::string((std::size_t{4} << 20U) + 1, ' ')).ok());
}

TEST(JsonLimitsTest, ManyMembersTakeNoQuadraticTime) {
  std::string text = "{";
  for (int i = 0; i < 99'999; ++i) text += "\"member-" + std::to_string(i) + "\":1,";
  text.back() = '}';
  EXPECT_EQ(parse(text).value().object()->size(), 99'999U);
  text.back() = ',';
  text += "\"member-5\":1}";
  Limits limits;
  limits.values_max = 200'000;
  const auto result = parse(text, limits);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("occurs twice"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::json
