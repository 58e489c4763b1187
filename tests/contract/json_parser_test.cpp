// The push parser against the grammar, at every way of cutting its input.
#include <patchbay/json.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay {
namespace {

using namespace std::string_literals;

// Writes the events down; strings are joined, so that the text does not depend on the cuts.
class Recorder {
 public:
  void on_object() { log_ += "{"; }
  void on_object_end() { log_ += "}"; }
  void on_array() { log_ += "["; }
  void on_array_end() { log_ += "]"; }
  void on_key(std::string_view key) { log_.append("k<").append(key).append(">"); }
  void on_string(std::string_view piece, bool last) {
    if (!in_string_) log_ += "s<";
    log_.append(piece);
    in_string_ = !last;
    if (last) log_ += ">";
  }
  void on_number(JsonNumber number) { log_.append("n<").append(number.text()).append(">"); }
  void on_boolean(bool truth) { log_ += truth ? "T" : "F"; }
  void on_null() { log_ += "N"; }
  [[nodiscard]] const std::string& log() const { return log_; }

 private:
  std::string log_;
  bool in_string_ = false;
};
static_assert(JsonHandler<Recorder>);

struct Parsed {
  std::string log;
  JsonError error = JsonError::None;
  std::uint64_t offset = 0;
};

Parsed parse(std::string_view document,
             std::size_t piece_size = 0,
             std::size_t depth = json_depth_default) {
  Recorder recorder;
  JsonParser<Recorder> parser(recorder, depth);
  if (piece_size == 0) piece_size = document.size() + 1;
  for (std::size_t at = 0; at < document.size(); at += piece_size) {
    // A copy of its own, so that a view kept too long is seen by the sanitizers.
    const std::string piece(document.substr(at, piece_size));
    if (!parser.write(piece)) break;
  }
  (void)parser.finish();
  return {recorder.log(), parser.error(), parser.offset()};
}

struct Case {
  std::string document;
  JsonError error;
};

std::vector<Case> cases() {
  using enum JsonError;
  return {
      {"null", None},
      {" \t\r\n true \n", None},
      {"false", None},
      {"0", None},
      {"-0", None},
      {"-0.5e+10", None},
      {"1E-2", None},
      {"18446744073709551616", None},
      {"\"\"", None},
      {R"("plain")", None},
      {R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00\u0000")", None},
      {"\"\x7F \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF\"", None},
      {"{}", None},
      {"[]", None},
      {R"({"a":{"b":[1,2,{"c":null}]},"a":true})", None},
      {"[[],{},\"\",0,true]", None},
      {R"({"\u0061\n":1,"":2})", None},

      {"", Empty},
      {" \n", Empty},
      {"[", Truncated},
      {"[1", Truncated},
      {"[1,", Truncated},
      {"{\"a\"", Truncated},
      {"{\"a\":", Truncated},
      {"\"abc", Truncated},
      {"\"\\", Truncated},
      {"\"\\u00", Truncated},
      {"\"\\ud83d", Truncated},
      {"\"\xE2\x82", Truncated},
      {"tru", Truncated},
      {"-", Truncated},
      {"1.", Truncated},
      {"1e+", Truncated},

      {"nul", Truncated},
      {"nulL", Syntax},
      {"True", Syntax},
      {"01", TrailingBytes},
      {"[01]", Syntax},
      {"+1", Syntax},
      {".5", Syntax},
      {"[1.]", Syntax},
      {"[-]", Syntax},
      {"[1e]", Syntax},
      {"[1,]", Syntax},
      {"[,1]", Syntax},
      {"[1 2]", Syntax},
      {"{,}", Syntax},
      {"{\"a\":1,}", Syntax},
      {"{\"a\" 1}", Syntax},
      {"{a:1}", Syntax},
      {"{1:1}", Syntax},
      {"[1}", Syntax},
      {"{\"a\":1]", Syntax},
      {"]", Syntax},
      {"'a'", Syntax},
      {"NaN", Syntax},
      {"// x", Syntax},
      {"\xEF\xBB\xBF{}", Syntax},
      {"\0"s, Syntax},

      {"{} {}", TrailingBytes},
      {"1 x", TrailingBytes},
      {"[]\0"s, TrailingBytes},
      {"\"a\nb\"", ControlCharacter},
      {"\"a\0b\""s, ControlCharacter},
      {"{\"a\tb\":1}", ControlCharacter},
      {R"("\x")", Escape},
      {R"("\u12g4")", Escape},
      {R"("\U0041")", Escape},
      {R"("\ud83d")", Surrogate},
      {R"("\ud83dx")", Surrogate},
      {R"("\ud83d\n")", Surrogate},
      {R"("\ud83d\ud83d")", Surrogate},
      {R"("\ud83d\u0041")", Surrogate},
      {R"("\ude00")", Surrogate},
      {"\"\xFF\"", Utf8},
      {"\"\x80\"", Utf8},
      {"\"\xC0\xAF\"", Utf8},
      {"\"\xC3\"", Utf8},
      {"\"\xC3\\n\"", Utf8},
      {"\"\xE0\x80\x80\"", Utf8},
      {"\"\xED\xA0\x80\"", Utf8},
      {"\"\xF4\x90\x80\x80\"", Utf8},
      {"\"\xF5\x80\x80\x80\"", Utf8},
      {"{\"\xFF\":1}", Utf8},
  };
}

TEST(JsonParserTest, AcceptsAndRefusesByTheGrammar) {
  for (const Case& c : cases())
    EXPECT_EQ(to_string(parse(c.document).error), to_string(c.error)) << c.document;
}

TEST(JsonParserTest, GivesTheSameEventsAtEveryCut) {
  for (const Case& c : cases()) {
    const Parsed whole = parse(c.document);
    for (std::size_t size = 1; size <= c.document.size(); ++size) {
      const Parsed cut = parse(c.document, size);
      EXPECT_EQ(cut.error, whole.error) << c.document << " in pieces of " << size;
      EXPECT_EQ(cut.offset, whole.offset) << c.document << " in pieces of " << size;
      if (c.error == JsonError::None) {
        EXPECT_EQ(cut.log, whole.log) << c.document << " in pieces of " << size;
      }
    }
  }
}

TEST(JsonParserTest, HandsOutWhatWasMeant) {
  EXPECT_EQ(parse(R"({"a":[1,-2.5,"x\ty"],"b":{"c":null},"d":true})").log,
            "{k<a>[n<1>n<-2.5>s<x\ty>]k<b>{k<c>N}k<d>T}");
  EXPECT_EQ(parse(R"("\u00e9\ud83d\ude00\/\"")").log, "s<\xC3\xA9\xF0\x9F\x98\x80/\">");
}

TEST(JsonParserTest, SaysWhereTheErrorStands) {
  EXPECT_EQ(parse("[1, x]").offset, 4U);
  EXPECT_EQ(parse("\"abc\n\"").offset, 4U);
  EXPECT_EQ(parse("{} !").offset, 3U);
}

TEST(JsonParserTest, StaysRefusedAfterAnError) {
  Recorder recorder;
  JsonParser<Recorder> parser(recorder);
  EXPECT_FALSE(parser.write("]"));
  EXPECT_FALSE(parser.write("[]"));
  EXPECT_FALSE(parser.finish());
  EXPECT_EQ(parser.error(), JsonError::Syntax);
  parser.reset();
  EXPECT_TRUE(parser.write("[]"));
  EXPECT_TRUE(parser.finish());
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonParserTest, TakesExactlyTheDepthThatIsAllowed) {
  EXPECT_EQ(parse(nested(json_depth_default)).error, JsonError::None);
  EXPECT_EQ(parse(nested(json_depth_default + 1)).error, JsonError::TooDeep);
  EXPECT_EQ(parse(nested(3), 1, 3).error, JsonError::None);
  EXPECT_EQ(parse(nested(4), 1, 3).error, JsonError::TooDeep);
  EXPECT_EQ(parse(nested(json_depth_max), 0, 1'000'000).error, JsonError::None);
  EXPECT_EQ(parse(nested(json_depth_max + 1), 0, 1'000'000).error, JsonError::TooDeep);
  EXPECT_EQ(parse("1", 0, 0).error, JsonError::None);
  EXPECT_EQ(parse("[]", 0, 0).error, JsonError::TooDeep);
}

TEST(JsonParserTest, TakesExactlyTheTokenSizeThatIsAllowed) {
  const std::string longest(json_token_size_max, '7');
  for (const std::size_t piece : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
    EXPECT_EQ(parse("{\"" + longest + "\":1}", piece).error, JsonError::None);
    EXPECT_EQ(parse("{\"" + longest + "7\":1}", piece).error, JsonError::TokenTooLong);
    EXPECT_EQ(parse("[" + longest + "]", piece).error, JsonError::None);
    EXPECT_EQ(parse("[" + longest + "7]", piece).error, JsonError::TokenTooLong);
    EXPECT_EQ(parse("\"" + longest + "7\"", piece).error, JsonError::None);
  }
}

// Remembers where the pieces of the last string stood.
class Places : public Recorder {
 public:
  void on_string(std::string_view piece, bool last) {
    pieces.push_back(piece);
    Recorder::on_string(piece, last);
  }
  std::vector<std::string_view> pieces;
};

TEST(JsonParserTest, PointsIntoTheInputWhereverTheTextStandsThere) {
  const std::string document = R"(["plain","a\/b\"c\\d"])";
  Places places;
  JsonParser<Places> parser(places);
  ASSERT_TRUE(parser.write(document));
  ASSERT_EQ(places.pieces.size(), 5U);
  for (const std::string_view piece : places.pieces) {
    EXPECT_GE(piece.data(), document.data());
    EXPECT_LE(piece.data() + piece.size(), document.data() + document.size());
  }
}

TEST(JsonScanTest, TheTwoWaysOfScanningAgree) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 200, '\0');
    for (char& c : text) c = static_cast<char>(0x20 + (random() % 0x5F));
    for (char& c : text)
      if (c == '"' || c == '\\') c = 'x';
    if (!text.empty() && round % 4 != 0)
      text[random() % text.size()] = static_cast<char>(random() % 256);
    std::size_t plain = 0;
    while (plain < text.size() && is_plain_json_byte(text[plain])) ++plain;
    EXPECT_EQ(plain_json_prefix(text), plain);
    EXPECT_EQ(plain_json_prefix_portable(text), plain);
  }
}

TEST(JsonScanTest, EveryByteIsJudgedAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t at = 0; at < 70; ++at) {
      std::string text(70, 'a');
      text[at] = static_cast<char>(byte);
      const std::size_t want = is_plain_json_byte(text[at]) ? text.size() : at;
      ASSERT_EQ(plain_json_prefix(text), want) << byte << " at " << at;
      ASSERT_EQ(plain_json_prefix_portable(text), want) << byte << " at " << at;
    }
}

TEST(JsonNumberTest, LosesNoDigit) {
  EXPECT_EQ(JsonNumber("18446744073709551615").as_unsigned(), 18446744073709551615U);
  EXPECT_EQ(JsonNumber("18446744073709551616").as_unsigned(), std::nullopt);
  EXPECT_EQ(JsonNumber("9007199254740993").as_unsigned(), 9007199254740993U);
  EXPECT_EQ(JsonNumber("-9223372036854775808").as_signed(), INT64_MIN);
  EXPECT_EQ(JsonNumber("-1").as_unsigned(), std::nullopt);
  EXPECT_EQ(JsonNumber("1.0").as_unsigned(), std::nullopt);
  EXPECT_DOUBLE_EQ(JsonNumber("-2.5e3").as_double(), -2500.0);
  EXPECT_TRUE(std::isinf(JsonNumber("1e999").as_double()));
  EXPECT_LT(JsonNumber("-1e999").as_double(), 0);
  EXPECT_EQ(JsonNumber("1e-999").as_double(), 0);
}

TEST(JsonEscapeTest, WritesWhatTheParserReadsBack) {
  std::string text = "quote\" backslash\\ é 😀 \x7F";
  for (char c = 1; c < 0x20; ++c) text += c;
  text += '\0';
  std::string document = "\"";
  append_json_escaped(document, text);
  EXPECT_EQ(parse(document + "\"").log, "s<" + text + ">");
}

}  // namespace
}  // namespace patchbay
