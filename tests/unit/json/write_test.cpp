#include "core/base/text.hpp"
#include "core/json/value.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace patchbay::json {
namespace {

TEST(JsonWriteTest, WritesCompactByDefault) {
  EXPECT_EQ(write(parse(R"({ "a" : [ 1 , 2.5 , "x" ] , "b" : { } , "c" : [ ] })").value()),
            R"({"a":[1,2.5,"x"],"b":{},"c":[]})");
}

TEST(JsonWriteTest, IndentsByTwoSpaces) {
  EXPECT_EQ(write(parse(R"({"a":[1,{"b":null}],"c":{},"d":[]})").value(), Layout::Indented),
            "{\n"
            "  \"a\": [\n"
            "    1,\n"
            "    {\n"
            "      \"b\": null\n"
            "    }\n"
            "  ],\n"
            "  \"c\": {},\n"
            "  \"d\": []\n"
            "}");
}

TEST(JsonWriteTest, EscapesWhatJsonDemands) {
  EXPECT_EQ(write(Value("\"\\/\b\f\n\r\t\x01\x1F\x7F")),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001F\x7F\"");
  EXPECT_EQ(write(Value(std::string("a\0b", 3))), "\"a\\u0000b\"");
}

TEST(JsonWriteTest, KeepsValidUtf8AsItIs) {
  const std::string text = "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\x8C";
  EXPECT_EQ(write(Value(text)), "\"" + text + "\"");
}

TEST(JsonWriteTest, ReplacesEachInvalidByte) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(write(Value("a\xFF"
                        "b\xC3\xA4\xC3")),
            "\"a" + mark + "b\xC3\xA4" + mark + "\"");
  EXPECT_EQ(write(Value("\xED\xA0\x80")), "\"" + mark + mark + mark + "\"");
  Value object;
  object.set("k\xFE", 1);
  EXPECT_EQ(write(object), "{\"k" + mark + "\":1}");
}

TEST(JsonWriteTest, IsAlwaysReadableUtf8) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(1 + random() % 255);
    const std::string text = write(Value(bytes));
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_TRUE(parse(text).ok()) << text;
    if (!is_valid_utf8(bytes)) continue;
    EXPECT_EQ(*parse(text).value().string(), bytes);
  }
}

TEST(JsonWriteTest, CostsNoStackForDeepValues) {
  Value value(1);
  for (int i = 0; i < 5'000; ++i) {
    Value outer;
    outer.append(std::move(value));
    value = std::move(outer);
  }
  EXPECT_EQ(write(value).size(), 10'001U);
}

}  // namespace
}  // namespace patchbay::json
