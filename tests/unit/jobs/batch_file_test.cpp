#include "host/jobs/batch_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

BatchFile read(std::string_view text) {
  auto file = read_batch(text);
  EXPECT_TRUE(file.ok()) << file.error().message;
  return file.ok() ? std::move(file).value() : BatchFile{};
}

std::vector<std::string> told(const BatchFile& file) {
  std::vector<std::string> lines;
  for (const BatchProblem& problem : file.problems)
    lines.push_back(std::to_string(problem.line) + ": " + problem.message);
  return lines;
}

const BatchRow cat{2, {{"prompt", "a, \"cat\""}, {"width", "512"}, {"output_path", "cat.png"}}};

TEST(BatchFileTest, TheThreeFormsSayTheSame) {
  const std::string array =
      "[\n{\"prompt\": \"a, \\\"cat\\\"\", \"width\": 512, \"output-path\": \"cat.png\"}\n]\n";
  const std::string lines =
      "\n{\"prompt\": \"a, \\\"cat\\\"\", \"width\": 512, \"Output_Path\": \"cat.png\"}\n";
  const std::string csv = "Prompt,width,output-path\n\"a, \"\"cat\"\"\",512,cat.png\n";
  for (const std::string& text : {array, lines, csv}) {
    const BatchFile file = read(text);
    EXPECT_THAT(told(file), IsEmpty());
    EXPECT_THAT(file.rows, ElementsAre(cat)) << text;
  }
}

TEST(BatchFileTest, RowsKnowTheirLines) {
  const BatchFile array = read("[ {\"a\": 1},\n\n {\"b\":\n  [\"],\"]},\n{\"c\": 3}]");
  ASSERT_EQ(array.rows.size(), 3U);
  EXPECT_EQ(array.rows[1].line, 3U);
  EXPECT_THAT(array.rows[1].fields, ElementsAre(BatchField{"b", "],"}));
  EXPECT_EQ(array.rows[2].line, 5U);
  const BatchFile csv = read("a,b\r\n\"one\ntwo\",x\r\n\r\ny,z\r\n");
  ASSERT_EQ(csv.rows.size(), 2U);
  EXPECT_EQ(csv.rows[0].line, 2U);
  EXPECT_EQ(csv.rows[0].fields.front().value, "one\ntwo");
  EXPECT_EQ(csv.rows[1].line, 5U);
}

TEST(BatchFileTest, ListsAndParametersBecomeSeveralFields) {
  const BatchFile json = read(
      R"({"input": ["a.png", "b.png"], "params": {"color": "#fff", "level": 2}, "seed": null,
          "sidecar": true})"
      "\n");
  EXPECT_THAT(told(json), ElementsAre(HasSubstr("1: not valid JSON"), HasSubstr("2: not valid")))
      << "in JSON Lines a job is one line";
  const BatchFile whole = read(
      R"([{"input": ["a.png", "b.png"], "params": {"color": "#fff", "level": 2}, "seed": null,
           "sidecar": true}])");
  EXPECT_THAT(whole.rows.at(0).fields,
              ElementsAre(BatchField{"input", "a.png"},
                          BatchField{"input", "b.png"},
                          BatchField{"param", "color=#fff"},
                          BatchField{"param", "level=2"},
                          BatchField{"sidecar", "true"}));
  const BatchFile csv = read("input,input,param.color,seed\na.png,b.png,#fff,\n");
  EXPECT_THAT(csv.rows.at(0).fields,
              ElementsAre(BatchField{"input", "a.png"},
                          BatchField{"input", "b.png"},
                          BatchField{"param", "color=#fff"}));
}

TEST(BatchFileTest, WhatCannotBeReadIsToldWithItsLineAndTheRestIsRead) {
  const BatchFile array = read("[{\"a\": 1},\n{\"a\": {\"b\": 1}},\n5,\n{\"a\": nope}]");
  EXPECT_EQ(array.rows.size(), 1U);
  EXPECT_THAT(told(array),
              ElementsAre(HasSubstr("2: 'a' is an object"),
                          HasSubstr("3: a job is a JSON object"),
                          HasSubstr("4: not valid JSON")));
  const BatchFile csv = read("a,b\n1,2\n1\n\"x\"y,2\n1,\"never closed\n");
  EXPECT_EQ(csv.rows.size(), 1U);
  EXPECT_THAT(told(csv),
              ElementsAre("3: it has 1 cells, and there are 2 names in the first line",
                          "4: a cell goes on after its closing quote",
                          "5: a cell's quote is never closed"));
}

TEST(BatchFileTest, WhatIsNoBatchIsRefusedWhole) {
  for (const std::string_view text : {"", " \n", "[]", "[{}, ", "a,b\n", "[{\"a\":1}] [", "\xff"}) {
    const auto file = read_batch(text);
    ASSERT_FALSE(file.ok()) << text;
    EXPECT_EQ(file.error().code, ErrorCode::BadInput);
  }
  EXPECT_THAT(read("\xef\xbb\xbfprompt\ncat\n").rows.at(0).fields,
              ElementsAre(BatchField{"prompt", "cat"}))
      << "a byte order mark is no part of the first name";
}

TEST(BatchFileTest, HoldsAsManyJobsAsTheLimitAndNoMore) {
  std::string text = "prompt\n";
  for (std::size_t i = 0; i < batch_jobs_max; ++i) text += "cat\n";
  EXPECT_EQ(read(text).rows.size(), batch_jobs_max);
  const auto more = read_batch(text + "cat\n");
  ASSERT_FALSE(more.ok());
  EXPECT_THAT(more.error().message, HasSubstr("more than 10000 jobs"));
}

TEST(BatchFileTest, AFloodOfRowsEndsAtTheLimitInEachForm) {
  constexpr std::size_t size = std::size_t{2} << 20U;
  for (const std::string_view piece : {",", "{\n", "\n,"}) {
    std::string text = piece.front() == '{' ? "" : piece.front() == ',' ? "[" : "a";
    while (text.size() < size) text += piece;
    const auto file = read_batch(text);
    ASSERT_FALSE(file.ok()) << piece;
    EXPECT_THAT(file.error().message, HasSubstr("more than 10000 jobs")) << piece;
  }
}

TEST(BatchFileTest, JobsThatShareALineAreNumberedInstead) {
  const BatchFile array = read(R"([{"a": 1}, {"a": 2}, 5])");
  EXPECT_EQ(word_for(array.numbering), "job");
  EXPECT_EQ(array.rows.at(1).line, 2U);
  EXPECT_THAT(told(array), ElementsAre(HasSubstr("3: a job is a JSON object")));
  EXPECT_EQ(word_for(read("[{\"a\": 1},\n{\"a\": 2}]").numbering), "line");
  EXPECT_EQ(word_for(read("a\n1\n").numbering), "line");
}

}  // namespace
}  // namespace patchbay::host
