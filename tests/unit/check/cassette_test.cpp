#include "host/check/cassette.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace patchbay::check {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view text =
    "# what the provider says\n"
    "operation: chat\n"
    "model: acme-1\n"
    "prompt: a cat: grey\n"
    "param: size=10x20\n"
    "setting: region=eu\n"
    "=== 429 content-type=application/json|retry-after=7\n"
    "{\"error\": \"slow down\"}\n"
    "=== 200\n"
    "two\nlines\n\n";

TEST(CassetteTest, ReadsTheQuestionAndEveryReply) {
  const auto cassette = parse_cassette(text);
  ASSERT_TRUE(cassette.ok()) << cassette.error().message;
  const Question& question = cassette.value().question;
  EXPECT_EQ(question.operation, std::uint32_t{PATCHBAY_OP_CHAT});
  EXPECT_EQ(question.model, "acme-1");
  EXPECT_EQ(question.messages.at(0).parts.at(0).text, "a cat: grey");
  EXPECT_EQ(question.params, (Pairs{{"size", "10x20"}}));
  EXPECT_EQ(question.settings, (Pairs{{"region", "eu"}}));
  const std::vector<Reply>& replies = cassette.value().replies;
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].status, 429U);
  EXPECT_EQ(replies[0].headers,
            (Pairs{{"content-type", "application/json"}, {"retry-after", "7"}}));
  EXPECT_EQ(replies[0].body, "{\"error\": \"slow down\"}");
  EXPECT_EQ(replies[1].body, "two\nlines\n");
}

TEST(CassetteTest, WritesWhatItReads) {
  const auto cassette = parse_cassette(text);
  ASSERT_TRUE(cassette.ok());
  const auto written = write_cassette(cassette.value());
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(written.value(), text.substr(text.find("operation")));
}

TEST(CassetteTest, KeepsEveryByteOfABody) {
  Cassette cassette;
  std::string& body = cassette.replies.emplace_back().body;
  for (int byte = 0; byte < 256; ++byte) body += static_cast<char>(byte);
  const auto written = write_cassette(cassette);
  ASSERT_TRUE(written.ok());
  const auto read = parse_cassette(written.value());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().replies.at(0).body, body);
}

TEST(CassetteTest, SaysWhatItCannotRead) {
  const std::pair<const char*, const char*> cases[] = {
      {"operation: image\n", "no reply"},
      {"operation: dream\n=== 200\n", "no operation 'dream'"},
      {"colour: red\n=== 200\n", "line 'colour:'"},
      {"nonsense\n=== 200\n", "has no ':'"},
      {"=== two\n\n", "does not begin with a status"},
      {"=== 2000\n\n", "does not begin with a status"},
      {"=== 200 header\n\n", "has no '='"},
      {"=== 200", "has no '"},
  };
  for (const auto& [wrong, words] : cases) {
    const auto cassette = parse_cassette(wrong);
    ASSERT_FALSE(cassette.ok()) << wrong;
    EXPECT_EQ(cassette.error().code, ErrorCode::BadInput);
    EXPECT_THAT(cassette.error().message, HasSubstr(words));
  }
}

TEST(CassetteTest, WritesNothingThatWouldBeReadOtherwise) {
  Cassette cassette;
  cassette.replies.push_back({200, {}, "a\n=== 500\nb"});
  EXPECT_FALSE(write_cassette(cassette).ok());
  cassette.replies = {{200, {}, "=== 500"}};
  EXPECT_FALSE(write_cassette(cassette).ok());
  for (const auto& header : Pairs{{"a", "b|c"}, {"a=b", "c"}, {"a", "b\nc"}}) {
    cassette.replies = {{200, {header}, ""}};
    EXPECT_FALSE(write_cassette(cassette).ok()) << header.first;
  }
  cassette.replies = {{200, {}, ""}};
  cassette.question.model = "a\nb";
  EXPECT_FALSE(write_cassette(cassette).ok());
}

TEST(CassetteTest, TakesAFolderByNameAndNamesTheFileThatIsWrong) {
  const patchbay::testing::TempDir folder;
  const auto put = [&](const char* name, std::string_view contents) {
    std::ofstream(folder.path() / name, std::ios::binary) << contents;
  };
  EXPECT_FALSE(read_cassettes(folder.path()).ok()) << "there is none";
  put("b.cassette", text);
  put("a.cassette", text);
  put("a.expected", "no cassette");
  const auto two = read_cassettes(folder.path());
  ASSERT_TRUE(two.ok()) << two.error().message;
  ASSERT_EQ(two.value().size(), 2U);
  EXPECT_EQ(two.value()[0].name, "a");
  EXPECT_EQ(two.value()[0].expected_path, folder.path() / "a.expected");
  put("c.cassette", "wrong");
  const auto wrong = read_cassettes(folder.path());
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("c.cassette"));
}

}  // namespace
}  // namespace patchbay::check
