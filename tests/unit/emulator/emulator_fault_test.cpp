#include "host/emulator/gzip.hpp"
#include "tests/unit/emulator/gemini_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace patchbay::emulator {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class EmulatorFaultTest : public testing::Test {
 protected:
  Answer generate_with(std::string_view fault, milliseconds deadline = milliseconds(20'000)) {
    return client_.call({.target = "/models/gemini-2.5-flash-image:generateContent",
                         .body = prompt_body("a banana"),
                         .headers = {{.name = "x-emulate-fault", .value = std::string(fault)}},
                         .key = {},
                         .deadline = deadline});
  }
  std::vector<std::string> parts_with(std::string_view fault) {
    return describe_parts(generate_with(fault).json());
  }
  net::NetFailureKind failure_with(std::string_view fault,
                                   milliseconds deadline = milliseconds(20'000)) {
    const Answer answer = generate_with(fault, deadline);
    EXPECT_TRUE(answer.failure.has_value()) << fault;
    return answer.failure ? answer.failure->kind : net::NetFailureKind::Cancelled;
  }

  EmulatorClient client_;
};

TEST_F(EmulatorFaultTest, AnswersWithTheProvidersErrors) {
  const std::map<std::string, std::string> expected = {
      {"rate", "429 RESOURCE_EXHAUSTED"},
      {"quota_day", "429 RESOURCE_EXHAUSTED"},
      {"free_tier", "429 RESOURCE_EXHAUSTED"},
      {"bare_429", "429 RESOURCE_EXHAUSTED"},
      {"overloaded", "503 UNAVAILABLE"},
      {"internal", "500 INTERNAL"},
      {"deadline", "504 DEADLINE_EXCEEDED"},
      {"invalid_key", "400 INVALID_ARGUMENT"},
      {"expired_key", "400 INVALID_ARGUMENT"},
      {"leaked_key", "403 PERMISSION_DENIED"},
      {"service_disabled", "403 PERMISSION_DENIED"},
      {"region", "400 FAILED_PRECONDITION"},
      {"earthquake", "400 INVALID_ARGUMENT"}};
  for (const auto& [fault, status] : expected) {
    const Answer answer = generate_with(fault);
    EXPECT_EQ(std::to_string(answer.status) + " " + text_at(answer.json(), "error.status"), status)
        << fault;
    EXPECT_THAT(answer.header("retry-after"), IsEmpty());
  }
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
  EXPECT_EQ(client_.emulator().counts().refused_credentials, 3U);
}

TEST_F(EmulatorFaultTest, NamesTheTimeToWait) {
  const json::Value document = generate_with("rate:250").json();
  EXPECT_THAT(text_at(document, "error.details.2.retryDelay"), StartsWith("0.250"));
  EXPECT_THAT(text_at(document, "error.message"), HasSubstr("Please retry in 0.250"));
  EXPECT_THAT(text_at(generate_with("quota_day").json(), "error.details.1.violations.0.quotaId"),
              HasSubstr("PerDay"));
  EXPECT_THAT(text_at(generate_with("free_tier").json(), "error.message"), HasSubstr("limit: 0,"));
}

TEST_F(EmulatorFaultTest, RefusesInEveryShape) {
  const std::map<std::string, std::string> expected = {{"no_image", "NO_IMAGE"},
                                                       {"safety", "SAFETY"},
                                                       {"image_safety", "IMAGE_SAFETY"},
                                                       {"image_other", "IMAGE_OTHER"},
                                                       {"prohibited", "IMAGE_PROHIBITED_CONTENT"},
                                                       {"recitation", "RECITATION"},
                                                       {"unknown_finish", "IMAGE_TOO_YELLOW"}};
  for (const auto& [fault, reason] : expected) {
    const Answer answer = generate_with(fault);
    EXPECT_EQ(answer.status, 200U) << fault;
    EXPECT_EQ(text_at(answer.json(), "candidates.0.finishReason"), reason);
  }
  EXPECT_EQ(text_at(generate_with("prompt_blocked").json(), "promptFeedback.blockReason"),
            "PROHIBITED_CONTENT");
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(EmulatorFaultTest, ChangesWhatTheAnswerHolds) {
  const std::string image = "1024x1024 image/png";
  EXPECT_THAT(parts_with("drafts"), ElementsAre("text", image, image, image));
  EXPECT_THAT(parts_with("thought_first"),
              ElementsAre("thought text", "thought " + image, "text", image));
  EXPECT_THAT(parts_with("text_after"), ElementsAre(image, "text"));
  EXPECT_THAT(parts_with("text_only"), ElementsAre("text"));
  EXPECT_THAT(parts_with("bad_base64"), ElementsAre("text", "bad base64"));
  EXPECT_THAT(parts_with("not_an_image"), ElementsAre("text", HasSubstr("looks like HTML")));
  EXPECT_THAT(parts_with("cut_image"), ElementsAre("text", HasSubstr("cut off")));
  EXPECT_THAT(generate_with("late_mime").body, HasSubstr("\",\n              \"mimeType\""));
}

TEST_F(EmulatorFaultTest, EscapesSlashesWithoutChangingTheMeaning) {
  const Answer plain = generate_with("late_mime");
  const Answer escaped = generate_with("late_mime, escaped_slashes");
  EXPECT_THAT(escaped.body, HasSubstr("image\\/png"));
  EXPECT_EQ(at(plain.json(), "candidates"), at(escaped.json(), "candidates"));
}

TEST_F(EmulatorFaultTest, SplitsTheBodyWithoutChangingIt) {
  const Answer answer = generate_with("split");
  EXPECT_THAT(describe_parts(answer.json()), ElementsAre("text", "1024x1024 image/png"));
}

TEST_F(EmulatorFaultTest, AnswersInThePlaceOfTheProvider) {
  EXPECT_THAT(generate_with("html").body, StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(generate_with("html").header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(generate_with("html_502").status, 502U);
  EXPECT_THAT(generate_with("empty").body, IsEmpty());
  EXPECT_EQ(generate_with("empty_json").body, "{}");
  EXPECT_EQ(generate_with("redirect").status, 307U);
  EXPECT_EQ(generate_with("redirect").header("location"), "https://elsewhere.invalid/");
  EXPECT_THAT(generate_with("deep_json").body, StartsWith("{\"candidates\":[[[["));
  EXPECT_EQ(generate_with("error_200").status, 200U);
  EXPECT_EQ(number_at(generate_with("error_200").json(), "error.code"), 500);
  EXPECT_EQ(generate_with("wrong_type").header("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(generate_with("garbage_after").body, HasSubstr("}\n\n<!-- served from cache"));
}

TEST_F(EmulatorFaultTest, CutsTheBodyWhereHttpSaysItIsWhole) {
  const std::size_t whole = generate_with("late_mime").body.size();
  const Answer answer = generate_with("truncated");
  EXPECT_FALSE(answer.failure.has_value());
  EXPECT_EQ(answer.body.size(), whole / 2);
  const Answer broken = generate_with("mid_stream_error");
  EXPECT_FALSE(json::parse(broken.body).ok());
  EXPECT_THAT(broken.body, HasSubstr("\"UNAVAILABLE\""));
}

TEST_F(EmulatorFaultTest, LosesTheConnection) {
  EXPECT_EQ(failure_with("drop_before"), net::NetFailureKind::Broken);
  const Answer answer = generate_with("drop_mid");
  EXPECT_EQ(answer.status, 200U);
  ASSERT_TRUE(answer.failure.has_value());
  EXPECT_EQ(answer.failure->kind, net::NetFailureKind::Broken);
  EXPECT_EQ(client_.emulator().counts().billed, 2U);
}

TEST_F(EmulatorFaultTest, StallsUntilTheClientGivesUp) {
  EXPECT_EQ(failure_with("stall_head", milliseconds(150)), net::NetFailureKind::Timeout);
  const Answer answer = generate_with("stall_body", milliseconds(300));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.body, Not(IsEmpty()));
  ASSERT_TRUE(answer.failure.has_value());
  EXPECT_EQ(answer.failure->kind, net::NetFailureKind::Timeout);
}

TEST_F(EmulatorFaultTest, FailsCompressedAndContradictoryAnswers) {
  for (const std::string_view fault : {"gzip", "gzip_bomb", "huge_header", "two_content_length"})
    EXPECT_TRUE(generate_with(fault).failure.has_value()) << fault;
}

TEST_F(EmulatorFaultTest, TakesItsTime) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(generate_with("silent:60").status, 200U);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(60));
  EXPECT_THAT(parts_with("slow:100"), ElementsAre("text", "1024x1024 image/png"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(160));
  EXPECT_THAT(generate_with("mid_stream_error:70").body, HasSubstr("\"UNAVAILABLE\""));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(230));
}

TEST_F(EmulatorFaultTest, MeetsTheListOfModelsToo) {
  const auto models_with = [&](std::string_view fault) {
    return client_.call({.method = "GET",
                         .target = "/models",
                         .body = {},
                         .headers = {{.name = "x-emulate-fault", .value = std::string(fault)}}});
  };
  EXPECT_EQ(models_with("overloaded").status, 503U);
  EXPECT_EQ(models_with("error_200").status, 200U);
  EXPECT_EQ(models_with("escaped_slashes").status, 200U);
  EXPECT_THAT(models_with("escaped_slashes").body, HasSubstr("models\\/gemini-2.5-flash"));
}

// The last bits of the format are a checksum and a length.
TEST(GzipTest, StoresBlocksOfAtMost65535Bytes) {
  EXPECT_EQ(gzip("").size(), 10U + 5 + 8);
  EXPECT_EQ(gzip(std::string(65'535, 'x')).size(), 10U + 5 + 65'535 + 8);
  EXPECT_EQ(gzip(std::string(65'536, 'x')).size(), 10U + 5 + 65'535 + 5 + 1 + 8);
  // The check value that CRC-32 is known by.
  const std::string checked = gzip("123456789");
  EXPECT_EQ(checked.substr(checked.size() - 8), std::string("\x26\x39\xf4\xcb\x09\0\0\0", 8));
}

}  // namespace
}  // namespace patchbay::emulator
