#include "tests/unit/emulator/routed_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view image_model = "vertex/gemini-2.5-flash-image";
constexpr std::string_view gpt_model = "azure/openai/gpt-image-1";
constexpr std::string_view text_model = "openai/gpt-4o-mini";

// Parts of a form whose boundary is "edge".
std::string field(std::string_view name, std::string_view value) {
  return "--edge\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
         std::string(value) + "\r\n";
}
std::string file(std::string_view name, std::string_view bytes) {
  return "--edge\r\ncontent-disposition: form-data; name=\"" + std::string(name) +
         "\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n" + std::string(bytes) + "\r\n";
}

std::string picture_file() {
  return media::make_picture({.width = 32, .height = 16}).value();
}

class RequestyTest : public testing::Test {
 protected:
  Answer chat(std::string_view model, std::string_view rest = {}, std::string_view fault = {}) {
    const std::string body = chat_body(model, "a banana", rest);
    if (fault.empty()) return client_.post("/chat/completions", body);
    return client_.post("/chat/completions", body, fault);
  }
  Answer images(std::string_view model, std::string_view rest = {}, std::string_view fault = {}) {
    const std::string body = image_body(model, rest);
    if (fault.empty()) return client_.post("/images/generations", body);
    return client_.post("/images/generations", body, fault);
  }
  // Without a key: whoever has the address has the file.
  std::string describe_file(const std::string& url) {
    const Answer answer = client_.call({.method = "GET", .target = url, .key = ""});
    const std::vector<std::uint8_t> bytes(answer.body.begin(), answer.body.end());
    const auto image = media::scan_image(bytes);
    if (!image.ok()) return image.error().message;
    return std::to_string(image.value().width) + "x" + std::to_string(image.value().height) + " " +
           std::string(answer.header("content-type"));
  }
  Answer manage(std::string_view path, std::optional<std::string> key = {}) {
    return client_.call({.method = "GET",
                         .target = client_.access("manage_url") + std::string(path),
                         .key = std::move(key)});
  }

  EmulatorClient client_{{}, "requesty"};
};

TEST_F(RequestyTest, GivesAnImageWithinAChatUnasked) {
  const Answer answer = chat(image_model, R"(,"image_config":{"aspect_ratio":"16:9"})");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.body, StartsWith("{"));
  const json::Value document = answer.json();
  EXPECT_THAT(describe_images(at(document, "choices.0.message")),
              ElementsAre("1344x768 image/png"));
  EXPECT_EQ(text_at(document, "choices.0.message.content"), "Here you go: ");
  EXPECT_EQ(text_at(document, "choices.0.finish_reason"), "stop");
  EXPECT_EQ(at(document, "choices.0").find("native_finish_reason"), nullptr);
  EXPECT_EQ(text_at(document, "model"), image_model);
  EXPECT_EQ(number_at(document, "usage.prompt_tokens_details.caching_tokens"), 0);
  EXPECT_NEAR(*at(document, "usage.cost").real(), 0.0387106, 1e-9);
}

TEST_F(RequestyTest, TellsWhichModelAPolicyOrRegionCameTo) {
  EXPECT_EQ(text_at(chat("policy/images").json(), "model"), image_model);
  EXPECT_EQ(text_at(chat("vertex/gemini-2.5-flash-image@europe-central2").json(), "model"),
            image_model);
  EXPECT_EQ(chat("policy/").status, 404U);
  const Answer unknown = chat("nobody/nothing");
  EXPECT_EQ(unknown.status, 404U);
  EXPECT_EQ(text_at(unknown.json(), "error.origin"), "router");
  EXPECT_EQ(text_at(unknown.json(), "error.message"), "Provider and/or model not supported");
}

TEST_F(RequestyTest, StreamsAsOpenAiDoes) {
  const Answer plain = chat(text_model, R"(,"stream":true)");
  EXPECT_THAT(plain.body, StartsWith("data: "));
  EXPECT_THAT(plain.body, Not(HasSubstr("PROCESSING")));
  const std::vector<json::Value> events = events_of(plain.body);
  std::string text;
  for (const json::Value& event : events) text += at(event, "choices.0.delta").text("content");
  EXPECT_THAT(text, HasSubstr("🍌 Voilà."));
  EXPECT_EQ(text_at(events.back(), "choices.0.finish_reason"), "stop");
  EXPECT_EQ(events.back().find("usage"), nullptr);
  const std::vector<json::Value> counted = events_of(
      chat(image_model, R"(,"stream":true,"stream_options":{"include_usage":true})").body);
  EXPECT_GT(*at(counted.back(), "usage.cost").real(), 0.0);
}

TEST_F(RequestyTest, GivesAddressesUnlessBase64IsAskedFor) {
  const Answer answer = images(gpt_model, R"(,"n":2,"size":"1024x1536")");
  const json::Value document = answer.json();
  ASSERT_THAT(*at(document, "data").array(), SizeIs(2));
  EXPECT_EQ(at(document, "data.0").find("b64_json"), nullptr);
  EXPECT_THAT(text_at(document, "data.0.url"), EndsWith(".png"));
  EXPECT_NE(text_at(document, "data.0.url"), text_at(document, "data.1.url"));
  EXPECT_EQ(describe_file(text_at(document, "data.1.url")), "1024x1536 image/png");
  EXPECT_EQ(client_.get(text_at(document, "data.0.url") + "x").status, 404U);
  const json::Value base64 =
      images(gpt_model, R"(,"response_format":"b64_json","output_format":"jpeg")").json();
  EXPECT_THAT(describe_data(base64), ElementsAre("1024x1024 image/jpeg"));
  EXPECT_EQ(client_.emulator().counts().images, 3U);
}

TEST_F(RequestyTest, EditsImagesThatComeAsAForm) {
  const auto edit = [this](std::string_view model, unsigned count, std::string_view more = {}) {
    std::string body = field("model", model) + field("prompt", "with a hat") + std::string(more);
    for (unsigned i = 0; i < count; ++i) body += file("image[]", picture_file());
    return client_.call(
        {.target = "/images/edits",
         .body = body + "--edge--\r\n",
         .headers = {{.name = "content-type", .value = "multipart/form-data; boundary=\"edge\""}}});
  };
  const Answer answer =
      edit(gpt_model,
           2,
           field("n", "2") + field("response_format", "b64_json") + file("mask", picture_file()));
  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_THAT(describe_data(answer.json()),
              ElementsAre("1024x1024 image/png", "1024x1024 image/png"));
  EXPECT_EQ(edit(gpt_model, 0).status, 400U);
  EXPECT_EQ(edit(gpt_model, 17).status, 400U);
  EXPECT_EQ(edit(gpt_model, 1, field("n", "two")).status, 400U);
  EXPECT_EQ(edit(image_model, 1).status, 404U);
  EXPECT_EQ(edit(gpt_model, 1, file("image", "no picture")).status, 400U);
  EXPECT_EQ(edit(gpt_model, 1, field("x", "emulate:rate")).status, 429U);
  EXPECT_EQ(client_.emulator().counts().images, 2U);
}

TEST_F(RequestyTest, EditsImagesThatComeAsJson) {
  const std::string image = R"({"image_url":")" + png_data_url(32, 16) + R"("})";
  const auto edit = [&](std::string_view images) {
    return client_.post("/images/edits",
                        image_body(gpt_model, R"(,"images":)" + std::string(images)));
  };
  EXPECT_EQ(edit("[" + image + "]").status, 200U);
  EXPECT_EQ(edit("[]").status, 400U);
  EXPECT_EQ(edit(R"([{"image_url":"https://example.com/cat.png"}])").status, 400U);
}

TEST_F(RequestyTest, KeepsTheModelsOfEachAddressApart) {
  EXPECT_EQ(images(image_model).status, 404U);
  EXPECT_EQ(chat(gpt_model).status, 404U);
  EXPECT_EQ(chat(text_model, R"(,"modalities":["image"])").status, 404U);
  EXPECT_THAT(describe_images(
                  at(chat(image_model, R"(,"modalities":["text"])").json(), "choices.0.message")),
              IsEmpty());
}

TEST_F(RequestyTest, RefusesWhatCannotBe) {
  for (const std::string_view rest : {R"(,"n":0)",
                                      R"(,"n":11)",
                                      R"(,"size":"1x1")",
                                      R"(,"response_format":"png")",
                                      R"(,"output_format":"webp")"})
    EXPECT_EQ(images(gpt_model, rest).status, 400U) << rest;
  EXPECT_EQ(client_.post("/images/generations", R"({"model":"azure/openai/gpt-image-1"})").status,
            400U);
  EXPECT_EQ(client_.post("/chat/completions", "{}").status, 400U);
  EXPECT_EQ(client_.get("/nowhere").status, 404U);
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(RequestyTest, ListsModelsWithPricesThatAreNumbers) {
  const Answer answer = client_.call({.method = "GET", .target = "/models", .key = ""});
  const json::Value list = answer.json();
  EXPECT_EQ(text_at(list, "object"), "list");
  EXPECT_EQ(text_at(list, "data.0.id"), image_model);
  EXPECT_DOUBLE_EQ(*at(list, "data.0.input_price").real(), 0.3e-6);
  EXPECT_TRUE(*at(list, "data.0.supports_image_generation").boolean());
}

TEST_F(RequestyTest, RefusesABadKeyWith403) {
  const Answer missing = client_.call({.target = "/chat/completions",
                                       .body = chat_body(text_model, "x"),
                                       .headers = {},
                                       .key = ""});
  EXPECT_EQ(missing.status, 401U);
  EXPECT_EQ(text_at(missing.json(), "error.message"), "Unauthorized");
  const Answer bad = manage("/apikey/self", client_.access().bad_key);
  EXPECT_EQ(bad.status, 403U);
  EXPECT_EQ(text_at(bad.json(), "error.message"), "Invalid authorization token");
  EXPECT_EQ(client_.emulator().counts().refused_credentials, 2U);
}

TEST_F(RequestyTest, TellsAboutAKeyElsewhere) {
  EXPECT_EQ(chat(image_model).status, 200U);
  const json::Value self = manage("/apikey/self").json();
  EXPECT_EQ(text_at(self, "name"), "key1");
  EXPECT_EQ(text_at(self, "monthly_spend"), "0.038711");
  EXPECT_EQ(text_at(self, "permissions.manage"), "none");
  const Answer denied = manage("/apikey");
  EXPECT_EQ(denied.status, 403U);
  EXPECT_EQ(text_at(denied.json(), "error.message"), "manage read permission required");
  const json::Value keys = manage("/apikey", client_.access("management_key")).json();
  EXPECT_EQ(text_at(keys, "keys.0.name"), "key1");
  const json::Value usage = at(manage("/apikey/self/usage").json(), "usage");
  ASSERT_THAT(*usage.object(), SizeIs(1));
  EXPECT_EQ(number_at(usage.object()->front().second, "total_requests"), 1);
}

TEST_F(RequestyTest, AnswersWithTheProvidersErrors) {
  const std::map<std::string, std::string> expected = {{"rate", "429 router"},
                                                       {"bare_429", "429 router"},
                                                       {"upstream_rate", "429 provider"},
                                                       {"quota_day", "412 router"},
                                                       {"key_limit", "412 router"},
                                                       {"no_credit", "402 router"},
                                                       {"invalid_key", "403 router"},
                                                       {"service_disabled", "403 router"},
                                                       {"no_model", "404 router"},
                                                       {"prompt_blocked", "400 provider"},
                                                       {"too_large", "413 router"},
                                                       {"upstream_nonsense", "424 provider"},
                                                       {"upstream_error", "502 provider"},
                                                       {"deadline", "503 provider"},
                                                       {"saturated", "529 provider"},
                                                       {"internal", "500 router"},
                                                       {"earthquake", "400 router"}};
  for (const auto& [fault, status] : expected) {
    for (const Answer& answer : {chat(image_model, {}, fault), images(gpt_model, {}, fault)}) {
      const json::Value document = answer.json();
      EXPECT_EQ(std::to_string(answer.status) + " " + text_at(document, "error.origin"), status)
          << fault;
      EXPECT_EQ(at(document, "error").find("code"), nullptr);
      EXPECT_THAT(answer.header("retry-after"), IsEmpty());
    }
  }
  EXPECT_EQ(chat(image_model, {}, "error_200").status, 200U);
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(RequestyTest, BreaksOff) {
  EXPECT_EQ(chat(image_model, {}, "mid_stream_error").status, 502U);
  EXPECT_EQ(images(gpt_model, {}, "mid_stream_error").status, 502U);
  const std::vector<json::Value> events =
      events_of(chat(image_model, R"(,"stream":true)", "mid_stream_error").body);
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events.front().find("error"), nullptr);
  EXPECT_EQ(text_at(events.back(), "error.origin"), "provider");
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(RequestyTest, SpoilsImagesWhereverTheyAre) {
  const json::Value whole = chat(image_model, {}, "markdown_image").json();
  EXPECT_THAT(text_at(whole, "choices.0.message.content"), HasSubstr("](data:image/png;base64,"));
  EXPECT_THAT(describe_images(at(chat(image_model, {}, "bad_base64").json(), "choices.0.message")),
              ElementsAre(StartsWith("bad base64")));
  for (const std::string_view fault : {"not_an_image", "cut_image"})
    EXPECT_THAT(describe_file(text_at(images(gpt_model, {}, fault).json(), "data.0.url")),
                Not(HasSubstr("1024x1024")))
        << fault;
  EXPECT_EQ(text_at(chat(image_model, {}, "safety").json(), "choices.0.finish_reason"),
            "content_filter");
  EXPECT_EQ(images(gpt_model, {}, "safety").status, 400U);
}

}  // namespace
}  // namespace patchbay::emulator
