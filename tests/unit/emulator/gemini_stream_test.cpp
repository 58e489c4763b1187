#include "tests/unit/emulator/gemini_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Call stream_call(std::string_view model, std::string body, std::string_view query) {
  return {.target = "/models/" + std::string(model) + ":streamGenerateContent" + std::string(query),
          .body = std::move(body)};
}

// The documents of the events, after a check of their framing.
std::vector<json::Value> events_in(std::string_view body) {
  std::vector<json::Value> events;
  while (!body.empty()) {
    const std::size_t end = body.find("\r\n\r\n");
    EXPECT_TRUE(body.starts_with("data: ")) << body.substr(0, 100);
    EXPECT_NE(end, std::string_view::npos);
    if (end == std::string_view::npos) break;
    json::Limits limits;
    limits.size_max = std::size_t{64} << 20U;
    events.push_back(json::parse(body.substr(6, end - 6), limits).value());
    body.remove_prefix(end + 4);
  }
  return events;
}

TEST(GeminiStreamTest, SendsTextAsEventsThatEndWithTheReason) {
  EmulatorClient client;
  const Answer answer =
      client.call(stream_call("gemini-3.5-flash", prompt_body("a banana"), "?alt=sse"));
  EXPECT_EQ(answer.header("content-type"), "text/event-stream");
  EXPECT_THAT(answer.body, Not(HasSubstr("[DONE]")));
  const std::vector<json::Value> events = events_in(answer.body);
  ASSERT_THAT(events, SizeIs(4));
  std::string text;
  for (std::size_t i = 0; i < events.size(); ++i) {
    text += text_at(events[i], "candidates.0.content.parts.0.text");
    const bool is_last = i + 1 == events.size();
    EXPECT_EQ(text_at(events[i], "candidates.0.finishReason"), is_last ? "STOP" : "(no text)");
    EXPECT_GT(number_at(events[i], "usageMetadata.totalTokenCount"), 0);
  }
  const Answer whole = client.generate("gemini-3.5-flash", prompt_body("a banana"));
  EXPECT_EQ(text, text_at(whole.json(), "candidates.0.content.parts.0.text"));
}

TEST(GeminiStreamTest, SendsAnImageWholeInOneEvent) {
  EmulatorClient client;
  const Answer answer =
      client.call(stream_call("gemini-3-pro-image", prompt_body("a banana"), "?alt=sse"));
  std::vector<std::string> parts;
  for (const json::Value& event : events_in(answer.body))
    for (const std::string& part : describe_parts(event)) parts.push_back(part);
  EXPECT_THAT(parts, ElementsAre("text", "text", "text", "1408x768 image/jpeg", "text"));
}

TEST(GeminiStreamTest, IsAnArrayWithoutAltSse) {
  EmulatorClient client;
  const Answer answer = client.call(stream_call("gemini-3.5-flash", prompt_body("a banana"), ""));
  EXPECT_EQ(answer.header("content-type"), "application/json; charset=UTF-8");
  EXPECT_THAT(answer.body, HasSubstr("}\n,\r\n{"));
  EXPECT_THAT(*answer.json().array(), SizeIs(4));
}

TEST(GeminiStreamTest, WrapsErrorsInTheArray) {
  EmulatorClient client;
  const std::string body = prompt_body("emulate:overloaded");
  const Answer array = client.call(stream_call("gemini-3.5-flash", body, ""));
  EXPECT_EQ(array.status, 503U);
  EXPECT_EQ(number_at(array.json(), "0.error.code"), 503);
  const Answer events = client.call(stream_call("gemini-3.5-flash", body, "?alt=sse"));
  EXPECT_EQ(events.status, 503U);
  EXPECT_EQ(number_at(events.json(), "error.code"), 503);
}

TEST(GeminiStreamTest, BreaksOffWithABareError) {
  EmulatorClient client;
  const Answer answer = client.call(
      stream_call("gemini-3.5-flash", prompt_body("emulate:mid_stream_error"), "?alt=sse"));
  EXPECT_EQ(answer.status, 200U);
  const std::size_t error = answer.body.find("\r\n\r\n{");
  ASSERT_NE(error, std::string::npos);
  EXPECT_THAT(events_in(std::string_view(answer.body).substr(0, error + 4)), Not(IsEmpty()));
  EXPECT_EQ(number_at(json::parse(answer.body.substr(error + 4)).value(), "error.code"), 503);
  EXPECT_EQ(client.emulator().counts().billed, 0U);
}

}  // namespace
}  // namespace patchbay::emulator
