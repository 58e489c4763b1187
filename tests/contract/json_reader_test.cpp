// Picking values by path while the document arrives.
#include <patchbay/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay {
namespace {

// Feeds the document in pieces of its own; true where it was accepted.
bool read(JsonReader& reader, std::string_view document, std::size_t piece_size) {
  for (std::size_t at = 0; at < document.size(); at += piece_size)
    if (!reader.write(std::string(document.substr(at, piece_size)))) return false;
  return reader.finish();
}

constexpr std::string_view answer = R"({
  "candidates": [
    {"content": {"parts": [{"text": "one"}, {"text": "two", "thought": true}], "role": "model"}},
    {"content": {"parts": null}, "text": "not this"}
  ],
  "text": "nor this",
  "usage": {"tokens": 9007199254740993, "cost": 0.25, "half": 1.5e1, "below": -3, "huge": 1e30},
  "id": "first", "id": "second", "nothing": null
})";

TEST(JsonReaderTest, PicksStringsByPathAtEveryCut) {
  for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
    std::vector<std::string> texts;
    JsonReader reader;
    reader.each("candidates[].content.parts[].text",
                [&](std::string_view text) { texts.emplace_back(text); });
    ASSERT_TRUE(read(reader, answer, piece));
    EXPECT_EQ(texts, (std::vector<std::string>{"one", "two"}));
  }
}

TEST(JsonReaderTest, HandsPiecesOutAsTheyCome) {
  std::vector<std::pair<std::string, bool>> pieces;
  JsonReader reader;
  reader.pieces("a", [&](std::string_view piece, bool last) { pieces.emplace_back(piece, last); });
  EXPECT_TRUE(reader.write(R"({"a": "ab)"));
  EXPECT_TRUE(reader.write("cd"));
  EXPECT_TRUE(reader.write("\"}"));
  EXPECT_TRUE(reader.finish());
  EXPECT_EQ(pieces,
            (std::vector<std::pair<std::string, bool>>{{"ab", false}, {"cd", false}, {"", true}}));
}

TEST(JsonReaderTest, TakesTheLastOfRepeatedKeys) {
  std::string id;
  JsonReader reader;
  reader.text("id", id);
  ASSERT_TRUE(read(reader, answer, 5));
  EXPECT_EQ(id, "second");
}

TEST(JsonReaderTest, CountsExactly) {
  std::uint64_t tokens = 0;
  std::uint64_t half = 0;
  std::uint64_t below = 7;
  std::uint64_t huge = 7;
  double cost = 0;
  JsonReader reader;
  reader.count("usage.tokens", tokens).count("usage.half", half).count("usage.below", below);
  reader.count("usage.huge", huge);
  reader.number("usage.cost", [&](JsonNumber number) { cost = number.as_double(); });
  ASSERT_TRUE(read(reader, answer, 3));
  EXPECT_EQ(tokens, 9007199254740993U);
  EXPECT_EQ(half, 15U);
  EXPECT_EQ(below, 0U);
  EXPECT_EQ(huge, 0U);
  EXPECT_DOUBLE_EQ(cost, 0.25);
}

TEST(JsonReaderTest, TellsWhereContainersBeginAndEnd) {
  std::string log;
  JsonReader reader;
  reader.enter("candidates", [&] { log += "<"; }).leave("candidates", [&] { log += ">"; });
  reader.enter("candidates[].content.parts[]", [&] { log += "("; });
  reader.leave("candidates[].content.parts[]", [&] { log += ")"; });
  ASSERT_TRUE(read(reader, answer, 7));
  EXPECT_EQ(log, "<()()>");
}

TEST(JsonReaderTest, SeesValuesOfAnyKind) {
  bool nothing = false;
  bool parts = false;
  bool missing = false;
  bool thought = false;
  JsonReader reader;
  reader.seen("nothing", nothing).seen("candidates[].content.parts", parts);
  reader.seen("candidates[].missing", missing);
  reader.flag("candidates[].content.parts[].thought", thought);
  ASSERT_TRUE(read(reader, answer, 11));
  EXPECT_TRUE(nothing);
  EXPECT_TRUE(parts);
  EXPECT_FALSE(missing);
  EXPECT_TRUE(thought);
}

TEST(JsonReaderTest, PassesOverValuesOfAnotherType) {
  std::string text = "unchanged";
  std::uint64_t count = 7;
  bool flag = true;
  JsonReader reader;
  reader.text("t", text).count("c", count).flag("f", flag);
  ASSERT_TRUE(read(reader, R"({"t": 5, "c": "5", "f": "false", "t": {"t": "x"}})", 2));
  EXPECT_EQ(text, "unchanged");
  EXPECT_EQ(count, 7U);
  EXPECT_TRUE(flag);
}

TEST(JsonReaderTest, ReadsTheDocumentItselfAndArraysAtTheTop) {
  std::string top;
  JsonReader string_reader;
  string_reader.text("", top);
  ASSERT_TRUE(read(string_reader, R"("just this")", 4));
  EXPECT_EQ(top, "just this");

  std::vector<std::string> errors;
  JsonReader array_reader;
  array_reader.each("[].error.status", [&](std::string_view text) { errors.emplace_back(text); });
  array_reader.each("[][]", [&](std::string_view text) { errors.emplace_back(text); });
  ASSERT_TRUE(read(array_reader, R"([{"error": {"status": "A"}}, ["x", "y"], {"error": "B"}])", 1));
  EXPECT_EQ(errors, (std::vector<std::string>{"A", "x", "y"}));
}

TEST(JsonReaderTest, CutsLongTextBetweenCharacters) {
  for (std::size_t limit = 0; limit <= 8; ++limit) {
    std::string kept;
    JsonReader reader;
    reader.text("a", kept, limit);
    ASSERT_TRUE(read(reader, "{\"a\": \"a\xC3\xA9\xE2\x82\xACz\"}", 1));
    const std::string whole = "a\xC3\xA9\xE2\x82\xACz";
    const std::size_t cut = limit < 1 ? 0 : limit < 3 ? 1 : limit < 6 ? 3 : limit < 7 ? 6 : 7;
    EXPECT_EQ(kept, whole.substr(0, cut)) << limit;
  }
}

TEST(JsonReaderTest, ReadsOneDocumentAfterAnother) {
  std::vector<std::string> seen;
  JsonReader reader;
  reader.each("a", [&](std::string_view text) { seen.emplace_back(text); });
  ASSERT_TRUE(read(reader, R"({"a": "one"})", 3));
  reader.reset();
  EXPECT_FALSE(read(reader, R"({"a": "half)", 3));
  reader.reset();
  ASSERT_TRUE(read(reader, R"({"a": "two"})", 3));
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "two"}));
}

TEST(JsonReaderTest, ReadsAHugeStringInSmallMemory) {
  std::uint64_t bytes = 0;
  std::size_t longest = 0;
  JsonReader reader;
  reader.pieces("d", [&](std::string_view piece, bool) {
    bytes += piece.size();
    longest = std::max(longest, piece.size());
  });
  constexpr std::size_t chunk_size = 65'536;
  constexpr std::size_t chunks = 320;
  const std::string chunk(chunk_size, 'A');
  ASSERT_TRUE(reader.write(R"({"d": ")"));
  for (std::size_t i = 0; i < chunks; ++i) ASSERT_TRUE(reader.write(chunk));
  ASSERT_TRUE(reader.write("\"}") && reader.finish());
  EXPECT_EQ(bytes, chunk_size * chunks);
  EXPECT_EQ(longest, chunk_size);
}

}  // namespace
}  // namespace patchbay
