#include "core/base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace patchbay {
namespace {

TEST(TextTest, TrimsWhiteSpaceAtBothEnds) {
  EXPECT_EQ(trimmed(" \t key \r\n"), "key");
  EXPECT_EQ(trimmed("two words"), "two words");
  EXPECT_EQ(trimmed(" \n "), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(TextTest, LowersAsciiOnly) {
  EXPECT_EQ(lower_case("Open-ROUTER 1 \xC3\x84"), "open-router 1 \xC3\x84");
}

TEST(TextTest, ComparesWithoutCase) {
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equal_ignoring_case("Content-Type", "Content-Typ"));
  EXPECT_FALSE(equal_ignoring_case("Content-Typ", "Content-Type"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
}

TEST(TextTest, AcceptsValidUtf8) {
  for (const std::string_view valid : {"",
                                       "plain",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_valid_utf8(valid)) << valid;
}

TEST(TextTest, RefusesInvalidUtf8) {
  for (const std::string_view invalid : {"\x80",
                                         "\xBF",
                                         "\xC0\x80",
                                         "\xC1\xBF",
                                         "\xC2",
                                         "\xC2\x41",
                                         "\xE0\x9F\xBF",
                                         "\xE0\xA0",
                                         "\xED\xA0\x80",
                                         "\xED\xBF\xBF",
                                         "\xF0\x8F\xBF\xBF",
                                         "\xF4\x90\x80\x80",
                                         "\xF5\x80\x80\x80",
                                         "\xFF",
                                         "ok\xF0\x9F\x8D",
                                         "\xF0\x9F\x8Dok"})
    EXPECT_FALSE(is_valid_utf8(invalid)) << invalid;
}

TEST(TextTest, CountsCodePoints) {
  EXPECT_EQ(code_point_count(""), 0U);
  EXPECT_EQ(code_point_count("abc"), 3U);
  EXPECT_EQ(code_point_count("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\x8C"), 3U);
}

TEST(TextTest, MakesTextSafeForATerminal) {
  EXPECT_EQ(printable("a\x1B[31mb"), "a [31mb");
  EXPECT_EQ(printable("two\nlines\t\x7F"), "two lines  ");
  EXPECT_EQ(printable("bad\xFF\xC2 byte"), "bad?? byte");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            " 31m");
  EXPECT_EQ(printable("\xC3\xA4\xF0\x9F\x8D\x8C"), "\xC3\xA4\xF0\x9F\x8D\x8C");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a b");
}

TEST(TextTest, ShortensBeforeACodePoint) {
  EXPECT_EQ(shortened("short", 5), "short");
  EXPECT_TRUE(shortened("longer", 5).starts_with("lon"));
  EXPECT_TRUE(shortened("longer", 5).ends_with("…"));
  // The cut at 4 would split the euro sign.
  const std::string cut = shortened("abc\xE2\x82\xAC def", 4);
  EXPECT_TRUE(is_valid_utf8(cut));
  EXPECT_EQ(cut.find("\xE2\x82\xAC"), std::string::npos);
}

TEST(TextTest, FindsTheNearestWord) {
  constexpr std::array<std::string_view, 3> names{"gemini", "openrouter", "requesty"};
  EXPECT_EQ(nearest("gemni", names), "gemini");
  EXPECT_EQ(nearest("OpenRoutr", names), "openrouter");
  EXPECT_EQ(nearest("banana", names), "");
  EXPECT_EQ(nearest("gemini", names), "gemini");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(TextTest, JoinsWords) {
  const std::vector<std::string> words{"a", "b", "c"};
  EXPECT_EQ(joined(words, ", "), "a, b, c");
  EXPECT_EQ(joined(std::span(words).first(1), ", "), "a");
  EXPECT_EQ(joined({}, ", "), "");
}

TEST(TextTest, PrintableTextDoesNotTurnAround) {
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b\xE2\x80\xA8"
                      "c\xE2\x81\xA6"
                      "d"),
            "a b c d");
  EXPECT_EQ(printable("\xE2\x80\xA6\xE2\x82\xAC"), "\xE2\x80\xA6\xE2\x82\xAC");
}

}  // namespace
}  // namespace patchbay
