#include "core/base/text.hpp"
#include "core/json/value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::json {
namespace {

std::string error_of(std::string_view text) {
  const Result<Value> result = parse(text);
  if (result.ok()) return "accepted: " + write(result.value());
  EXPECT_EQ(result.error().code, ErrorCode::Protocol);
  EXPECT_TRUE(is_valid_utf8(result.error().message));
  return result.error().message;
}

TEST(JsonParseTest, ReadsEveryKindOfValue) {
  const Value value = parse(R"( { "n" : null, "t": true, "f": false, "i": -7, "r": 2.5,
                                  "s": "text", "a": [1, [], {}], "o": {"x": {}} } )")
                          .value();
  ASSERT_NE(value.object(), nullptr);
  EXPECT_TRUE(value.find("n")->is_null());
  EXPECT_TRUE(*value.find("t")->boolean());
  EXPECT_FALSE(*value.find("f")->boolean());
  EXPECT_EQ(*value.find("i")->integer(), -7);
  EXPECT_EQ(*value.find("r")->real(), 2.5);
  EXPECT_EQ(*value.find("s")->string(), "text");
  EXPECT_EQ(value.find("a")->array()->size(), 3U);
  EXPECT_TRUE(value.find("o")->find("x")->object()->empty());
}

TEST(JsonParseTest, KeepsTheOrderOfMembers) {
  const Value value = parse(R"({"z":1,"a":2,"m":3})").value();
  std::string order;
  for (const Member& member : *value.object()) order += member.first;
  EXPECT_EQ(order, "zam");
}

TEST(JsonParseTest, TakesAnyValueAsDocument) {
  EXPECT_EQ(*parse("\"text\"").value().string(), "text");
  EXPECT_EQ(*parse(" 12 ").value().integer(), 12);
  EXPECT_TRUE(parse("null").value().is_null());
  EXPECT_TRUE(parse("[]").value().array()->empty());
}

TEST(JsonParseTest, DecodesEscapes) {
  EXPECT_EQ(*parse(R"("\"\\\/\b\f\n\r\t")").value().string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(*parse(R"("\u00e4\u20AC")").value().string(), "\xC3\xA4\xE2\x82\xAC");
  EXPECT_EQ(*parse(R"("\ud83c\udf4c")").value().string(), "\xF0\x9F\x8D\x8C");
}

TEST(JsonParseTest, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[",
                                      "[1",
                                      "[1,",
                                      "[1,]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "[1 2]",
                                      "nul",
                                      "True",
                                      "NaN",
                                      "Infinity",
                                      "-",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "1e",
                                      "0x10",
                                      "\"open",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"tab\tinside\"",
                                      "// comment\n1",
                                      "/* */ 1",
                                      "\xEF\xBB\xBF{}",
                                      "[1]]",
                                      "{}{}",
                                      "{} x",
                                      "1 2",
                                      "<html>"})
    EXPECT_TRUE(error_of(text).starts_with("the JSON cannot be used at byte ")) << text;
}

TEST(JsonParseTest, NamesThePlaceAndTheReason) {
  EXPECT_EQ(error_of("{\"a\":1 \"b\":2}"),
            "the JSON cannot be used at byte 7: Missing a comma or '}' after an object member");
  EXPECT_EQ(error_of("[1,2] tail"),
            "the JSON cannot be used at byte 6: The document root must not be followed by other "
            "values");
}

TEST(JsonParseTest, NeverRepeatsTheDocumentInItsError) {
  EXPECT_EQ(error_of("{\"key\":\"banana-secret\" oops}").find("banana"), std::string::npos);
}

TEST(JsonParseTest, RefusesDuplicateKeys) {
  EXPECT_NE(error_of(R"({"a":1,"b":2,"a":3})").find("occurs twice"), std::string::npos);
  EXPECT_NE(error_of(R"({"a":1,"\u0061":3})").find("occurs twice"), std::string::npos);
  EXPECT_NE(error_of(R"([{"x":{"":1,"":2}}])").find("occurs twice"), std::string::npos);
  EXPECT_TRUE(parse(R"({"a":{"a":1},"b":{"a":2}})").ok());
}

TEST(JsonParseTest, RefusesNulWhereverItStands) {
  using namespace std::string_view_literals;
  EXPECT_NE(error_of("{}\0evil"sv).find("at byte 2: it contains a NUL byte"), std::string::npos);
  EXPECT_NE(error_of("\0{}"sv).find("at byte 0"), std::string::npos);
  EXPECT_NE(error_of("{\"a\0\":1}"sv).find("at byte 3"), std::string::npos);
  EXPECT_NE(error_of("{}\0"sv).find("NUL"), std::string::npos);
  EXPECT_NE(error_of(R"("a\u0000b")").find("NUL character"), std::string::npos);
  EXPECT_NE(error_of(R"({"a\u0000":1})").find("NUL character"), std::string::npos);
}

TEST(JsonParseTest, RefusesInvalidUtf8AndLoneSurrogates) {
  for (const std::string_view text : {"\"\xFF\"",
                                      "\"\xC0\x80\"",
                                      "\"\xC3\"",
                                      "\"\xED\xA0\x80\"",
                                      "\"\xF4\x90\x80\x80\"",
                                      "{\"\xFF\":1}",
                                      R"("\ud800")",
                                      R"("\udc00")",
                                      R"("\ud83cx")",
                                      R"("\ud800\ud800")"})
    EXPECT_TRUE(error_of(text).starts_with("the JSON cannot be used at byte ")) << text;
}

TEST(JsonParseTest, SurvivesEveryTruncation) {
  const std::string whole = R"({"a":[1,-2.5e3,"x\u00e4\n",true,null,{"b":{}}]})";
  ASSERT_TRUE(parse(whole).ok());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse(std::string_view(whole).substr(0, size)).ok()) << size;
}

TEST(JsonParseTest, SurvivesEveryChangedByte) {
  const std::string whole = R"({"a":[1,-2.5e3,"x\u00e4\n",true,null,{"b":{}}]})";
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[at] = static_cast<char>(byte);
      const Result<Value> result = parse(changed);
      if (!result.ok()) continue;
      // What is accepted means the same when written and read again.
      EXPECT_EQ(parse(write(result.value())).value(), result.value()) << changed;
    }
}

}  // namespace
}  // namespace patchbay::json
