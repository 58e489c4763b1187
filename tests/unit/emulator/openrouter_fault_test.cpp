#include "core/base/clock.hpp"
#include "tests/unit/emulator/routed_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view model = "google/gemini-2.5-flash-image";

class OpenRouterFaultTest : public testing::Test {
 protected:
  Answer chat(std::string_view fault, std::string_view rest = {}) {
    return client_.post(
        "/chat/completions",
        chat_body(model, "a banana", R"(,"modalities":["image","text"])" + std::string(rest)),
        fault);
  }
  Answer images(std::string_view fault) {
    return client_.post("/images", image_body(model), fault);
  }
  json::Value message(std::string_view fault) {
    return at(chat(fault).json(), "choices.0.message");
  }

  EmulatorClient client_{{}, "openrouter"};
};

TEST_F(OpenRouterFaultTest, AnswersWithTheProvidersErrors) {
  const std::map<std::string, unsigned> expected = {
      {"rate", 429},           {"rate_reset", 429},    {"quota_day", 429},
      {"bare_429", 429},       {"upstream_rate", 429}, {"free_tier", 404},
      {"no_credit", 402},      {"key_limit", 402},     {"invalid_key", 401},
      {"expired_key", 401},    {"leaked_key", 401},    {"service_disabled", 404},
      {"region", 404},         {"no_model", 400},      {"guardrail", 403},
      {"prompt_blocked", 403}, {"too_large", 413},     {"overloaded", 503},
      {"saturated", 529},      {"internal", 500},      {"upstream_error", 502},
      {"deadline", 408},       {"edge_timeout", 524},  {"upstream_nonsense", 502},
      {"no_route", 503},       {"earthquake", 400}};
  for (const auto& [fault, status] : expected) {
    for (const Answer& answer : {chat(fault), images(fault)}) {
      EXPECT_EQ(answer.status, status) << fault;
      const json::Value document = answer.json();
      EXPECT_THAT(text_at(document, "error.message"), Not(IsEmpty())) << fault;
      const std::int64_t code = fault == "free_tier" ? -1 : std::int64_t{status};
      EXPECT_EQ(number_at(document, "error.code"), code) << fault;
    }
  }
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
  EXPECT_EQ(client_.emulator().counts().refused_credentials, 6U);
}

TEST_F(OpenRouterFaultTest, NamesTheTimeToWaitInSecondsAndItsEndInMilliseconds) {
  const std::int64_t now_ms = SystemClock().unix_ms();
  const Answer answer = chat("rate:2500");
  EXPECT_EQ(answer.header("retry-after"), "3");
  EXPECT_GE(std::stoll(std::string(answer.header("x-ratelimit-reset"))), now_ms + 2500);
  const Answer reset = chat("rate_reset:60000");
  EXPECT_THAT(reset.header("retry-after"), IsEmpty());
  EXPECT_GE(std::stoll(std::string(reset.header("x-ratelimit-reset"))), now_ms + 60'000);
  EXPECT_EQ(text_at(reset.json(), "error.metadata.headers.X-RateLimit-Reset"),
            reset.header("x-ratelimit-reset"));
  const Answer bare = chat("bare_429");
  EXPECT_THAT(bare.header("retry-after"), IsEmpty());
  EXPECT_THAT(bare.header("x-ratelimit-reset"), IsEmpty());
}

TEST_F(OpenRouterFaultTest, TellsWhoIsBehindAFailure) {
  const json::Value failed = chat("upstream_error").json();
  EXPECT_EQ(text_at(failed, "error.metadata.provider_name"), "Google");
  const Result<json::Value> raw = json::parse(text_at(failed, "error.metadata.raw"));
  ASSERT_TRUE(raw.ok());
  EXPECT_EQ(number_at(raw.value(), "error.code"), 500);
  EXPECT_THAT(text_at(chat("upstream_rate").json(), "error.metadata.raw"),
              StartsWith(std::string(model)));
  EXPECT_EQ(text_at(chat("prompt_blocked").json(), "error.metadata.reasons.0"), "violence");
  EXPECT_EQ(text_at(chat("no_model").json(), "error.availability.code"), "model_not_found");
  EXPECT_EQ(text_at(chat("key_limit").json(), "error.metadata.limit_source"),
            "openrouter_key_limit");
}

TEST_F(OpenRouterFaultTest, HasCodesThatAreWordsOrMissing) {
  EXPECT_EQ(text_at(chat("code_text").json(), "error.code"), "server_error");
  EXPECT_EQ(at(chat("no_code").json(), "error").find("code"), nullptr);
  EXPECT_EQ(at(chat("rate,no_code").json(), "error").find("code"), nullptr);
  EXPECT_EQ(at(chat("free_tier").json(), "error").find("code"), nullptr);
}

TEST_F(OpenRouterFaultTest, HasErrorsUnderStatus200) {
  const Answer error = chat("error_200");
  EXPECT_EQ(error.status, 200U);
  EXPECT_EQ(number_at(error.json(), "error.code"), 502);
  const Answer choice = chat("choice_error");
  EXPECT_EQ(choice.status, 200U);
  EXPECT_EQ(number_at(choice.json(), "choices.0.error.code"), 502);
  EXPECT_EQ(text_at(choice.json(), "choices.0.finish_reason"), "error");
}

TEST_F(OpenRouterFaultTest, BreaksOffAStreamWithAnError) {
  const std::vector<json::Value> events =
      events_of(chat("mid_stream_error", R"(,"stream":true)").body);
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events.front().find("error"), nullptr);
  EXPECT_EQ(number_at(events.back(), "error.code"), 502);
  EXPECT_TRUE(at(events.back(), "choices.0.finish_reason").is_null());
  const std::vector<json::Value> text =
      events_of(chat("mid_stream_error,code_text", R"(,"stream":true)").body);
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text_at(text.back(), "error.code"), "server_error");
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(OpenRouterFaultTest, BreaksOffAnImageStreamWithAnError) {
  const Answer answer = client_.post(
      "/images", image_body("openai/gpt-image-1", R"(,"stream":true)"), "mid_stream_error");
  const std::vector<json::Value> events = events_of(answer.body);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(text_at(events.back(), "error.code"), "server_error");
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(OpenRouterFaultTest, RefusesWithinAChat) {
  const std::map<std::string, std::string> expected = {
      {"no_image", "stop NO_IMAGE"},
      {"safety", "content_filter SAFETY"},
      {"image_safety", "content_filter IMAGE_SAFETY"},
      {"prohibited", "content_filter IMAGE_PROHIBITED_CONTENT"},
      {"recitation", "content_filter RECITATION"},
      {"image_other", "stop IMAGE_OTHER"},
      {"unknown_finish", "image_too_yellow IMAGE_TOO_YELLOW"}};
  for (const auto& [fault, reasons] : expected) {
    const json::Value document = chat(fault).json();
    EXPECT_EQ(text_at(document, "choices.0.finish_reason") + " " +
                  text_at(document, "choices.0.native_finish_reason"),
              reasons);
    EXPECT_TRUE(at(document, "choices.0.message.content").is_null());
    EXPECT_THAT(images(fault).status, AnyOf(400U, 502U)) << fault;
  }
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(OpenRouterFaultTest, SpoilsImages) {
  EXPECT_THAT(describe_images(message("bad_base64")), ElementsAre(StartsWith("bad base64")));
  EXPECT_THAT(describe_images(message("not_an_image")), ElementsAre(HasSubstr("said to be")));
  EXPECT_THAT(describe_images(message("cut_image")), ElementsAre(HasSubstr("said to be")));
  EXPECT_THAT(describe_images(message("drafts")), SizeIs(3));
  EXPECT_THAT(describe_images(message("text_only")), IsEmpty());
  EXPECT_THAT(text_at(message("late_mime"), "images.0.image_url.url"),
              StartsWith("data:;base64,iVBOR"));
  EXPECT_EQ(at(images("late_mime").json(), "data.0").find("media_type"), nullptr);
  EXPECT_THAT(text_at(message("thought_first"), "reasoning"), HasSubstr("composition"));
}

TEST_F(OpenRouterFaultTest, WritesImagesIntoTheTextAsMarkdown) {
  const json::Value found = message("markdown_image");
  EXPECT_EQ(found.find("images"), nullptr);
  const std::string text = text_at(found, "content");
  const std::size_t begin = text.find("](") + 2;
  EXPECT_EQ(describe_data_url(text.substr(begin, text.find(')', begin) - begin)),
            "1024x1024 image/png");
  const std::vector<json::Value> events =
      events_of(chat("markdown_image", R"(,"stream":true)").body);
  EXPECT_THAT(text_at(events.front(), "choices.0.delta.content"), HasSubstr("data:image/png"));
}

}  // namespace
}  // namespace patchbay::emulator
