#include "tests/unit/emulator/routed_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view image_model = "google/gemini-2.5-flash-image";
constexpr std::string_view later_model = "google/gemini-3.1-flash-image";
constexpr std::string_view text_model = "google/gemini-3.5-flash";
constexpr std::string_view gpt_model = "openai/gpt-image-1";
constexpr std::string_view both = R"(,"modalities":["image","text"])";

class OpenRouterTest : public testing::Test {
 protected:
  Answer images(std::string_view model, std::string_view rest = {}) {
    return client_.post("/images", image_body(model, rest));
  }
  Answer chat(std::string_view model, std::string_view rest = {}) {
    return client_.post("/chat/completions", chat_body(model, "a banana", rest));
  }

  EmulatorClient client_{{}, "openrouter"};
};

TEST_F(OpenRouterTest, GivesAnImageAsBase64WithItsType) {
  const Answer answer = images("google/gemini-3.1-flash-lite-image", R"(,"aspect_ratio":"9:16")");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_THAT(std::string(answer.header("x-generation-id")), StartsWith("gen-img-"));
  EXPECT_EQ(answer.header("x-provider-name"), "Google");
  const json::Value document = answer.json();
  EXPECT_THAT(describe_data(document), ElementsAre("768x1376 image/jpeg"));
  EXPECT_EQ(text_at(document, "data.0.media_type"), "image/jpeg");
  EXPECT_EQ(number_at(document, "created"), 0);
  EXPECT_EQ(number_at(document, "usage.completion_tokens_details.image_tokens"), 1120);
  EXPECT_EQ(number_at(document, "usage.total_tokens"), 1122);
}

TEST_F(OpenRouterTest, MakesTheAskedResolutionAndSize) {
  EXPECT_THAT(
      describe_data(images(later_model, R"(,"resolution":"2K","aspect_ratio":"3:2")").json()),
      ElementsAre("2528x1696 image/jpeg"));
  EXPECT_THAT(describe_data(images(later_model, R"(,"size":"512")").json()),
              ElementsAre("704x384 image/jpeg"));
  EXPECT_THAT(describe_data(images(gpt_model, R"(,"size":"1536x1024")").json()),
              ElementsAre("1536x1024 image/png"));
  EXPECT_THAT(
      describe_data(images(gpt_model, R"(,"aspect_ratio":"9:16","output_format":"jpeg")").json()),
      ElementsAre("1024x1536 image/jpeg"));
  EXPECT_THAT(
      describe_data(images("bytedance-seed/seedream-4.5", R"(,"aspect_ratio":"16:9")").json()),
      ElementsAre("1360x768 image/png"));
}

TEST_F(OpenRouterTest, EditsReferencesAndCountsThem) {
  const std::string reference =
      R"({"type":"image_url","image_url":{"url":")" + png_data_url(90, 160) + R"("}})";
  const json::Value document =
      images(later_model, R"(,"input_references":[)" + reference + "," + reference + "]").json();
  EXPECT_THAT(describe_data(document), ElementsAre("768x1376 image/jpeg"));
  EXPECT_EQ(number_at(document, "usage.prompt_tokens"), 2 + 2 * 1120);
}

TEST_F(OpenRouterTest, GivesSeveralImagesWhereTheModelCan) {
  const json::Value document = images(gpt_model, R"(,"n":3)").json();
  EXPECT_THAT(describe_data(document), SizeIs(3));
  EXPECT_NE(text_at(document, "data.0.b64_json"), text_at(document, "data.1.b64_json"));
  const Answer single = images(image_model, R"(,"n":2)");
  EXPECT_EQ(single.status, 400U);
  EXPECT_THAT(text_at(single.json(), "error.message"), HasSubstr("n must be 1"));
  EXPECT_EQ(images(gpt_model, R"(,"n":11)").status, 400U);
  EXPECT_EQ(client_.emulator().counts().images, 3U);
  EXPECT_EQ(client_.emulator().counts().billed, 1U);
}

TEST_F(OpenRouterTest, RefusesImagesThatCannotBe) {
  const std::vector<std::string> requests = {
      image_body("google/no-such-model"),
      image_body(image_model, R"(,"resolution":"2K")"),
      image_body(image_model, R"(,"aspect_ratio":"5:3")"),
      image_body(image_model, R"(,"size":"1024x1024","aspect_ratio":"16:9")"),
      image_body(gpt_model, R"(,"size":"1000x1000")"),
      image_body(gpt_model, R"(,"output_format":"svg")"),
      image_body(image_model, R"(,"input_references":["data:image/png;base64,AAAA"])"),
      image_body(image_model,
                 R"(,"input_references":[{"type":"image_url",)"
                 R"("image_url":{"url":"https://example.invalid/a.png"}}])"),
      R"({"model":"google/gemini-2.5-flash-image"})",
      R"({"prompt":"a banana"})",
      "not JSON"};
  for (const std::string& body : requests) {
    const Answer answer = client_.post("/images", body);
    EXPECT_EQ(answer.status, 400U) << body;
    EXPECT_EQ(number_at(answer.json(), "error.code"), 400) << body;
  }
  EXPECT_EQ(images(text_model).status, 404U);
  EXPECT_EQ(client_.emulator().counts().billed, 0U);
}

TEST_F(OpenRouterTest, StreamsImagesOnlyForModelsThatCan) {
  const Answer plain = images(image_model, R"(,"stream":true)");
  EXPECT_EQ(plain.header("content-type"), "application/json");
  EXPECT_THAT(describe_data(plain.json()), SizeIs(1));
  const Answer answer = images(gpt_model, R"(,"stream":true)");
  EXPECT_EQ(answer.header("content-type"), "text/event-stream");
  const std::vector<json::Value> events = events_of(answer.body);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].text("type"), "image_generation.partial_image");
  EXPECT_EQ(events[1].text("type"), "image_generation.completed");
  EXPECT_EQ(describe_base64(events[1].text("b64_json")), "1024x1024 image/png");
}

TEST_F(OpenRouterTest, GivesAnImageWithinAChat) {
  const Answer answer =
      chat(image_model, R"(,"modalities":["image","text"],"image_config":{"aspect_ratio":"16:9"})");
  EXPECT_THAT(answer.body, StartsWith("\n         \n"));
  const json::Value document = answer.json();
  const json::Value message = at(document, "choices.0.message");
  EXPECT_THAT(describe_images(message), ElementsAre("1344x768 image/png"));
  EXPECT_EQ(text_at(message, "content"), "Here you go: ");
  EXPECT_EQ(text_at(document, "choices.0.native_finish_reason"), "STOP");
  EXPECT_EQ(text_at(document, "provider"), "Google");
  EXPECT_TRUE(document.find("system_fingerprint")->is_null());
  EXPECT_THAT(text_at(document, "id"), StartsWith("gen-"));
  EXPECT_EQ(text_at(document, "id"), answer.header("x-generation-id"));
  EXPECT_EQ(number_at(document, "usage.completion_tokens"), 1294);
}

TEST_F(OpenRouterTest, GivesWhatTheModalitiesAskFor) {
  EXPECT_THAT(describe_images(at(chat(image_model).json(), "choices.0.message")), IsEmpty());
  const json::Value only =
      at(chat(image_model, R"(,"modalities":["image"])").json(), "choices.0.message");
  EXPECT_THAT(describe_images(only), SizeIs(1));
  EXPECT_TRUE(only.find("content")->is_null());
  EXPECT_EQ(chat(text_model, both).status, 404U);
  EXPECT_EQ(chat("bytedance-seed/seedream-4.5", both).status, 404U);
  EXPECT_THAT(
      describe_images(at(chat("bytedance-seed/seedream-4.5", R"(,"modalities":["image"])").json(),
                         "choices.0.message")),
      ElementsAre("1024x1024 image/png"));
}

TEST_F(OpenRouterTest, StreamsWithCommentsAndUsageAtTheEnd) {
  const Answer answer = chat(image_model, R"(,"stream":true,"modalities":["image","text"])");
  EXPECT_EQ(answer.header("content-type"), "text/event-stream");
  EXPECT_THAT(answer.body, StartsWith(": OPENROUTER PROCESSING\n\n"));
  EXPECT_THAT(answer.body, Not(HasSubstr("\r")));
  const std::vector<json::Value> events = events_of(answer.body);
  ASSERT_GE(events.size(), 4U);
  std::string text;
  std::vector<std::string> images;
  for (const json::Value& event : events) {
    const json::Value delta = at(event, "choices.0.delta");
    text += delta.text("content");
    for (std::string& image : describe_images(delta)) images.push_back(std::move(image));
  }
  EXPECT_EQ(text, "Here you go: ");
  EXPECT_THAT(images, ElementsAre("1024x1024 image/png"));
  const json::Value& finish = events[events.size() - 2];
  const json::Value& last = events.back();
  EXPECT_EQ(text_at(finish, "choices.0.finish_reason"), "stop");
  EXPECT_EQ(finish.find("usage"), nullptr);
  EXPECT_EQ(text_at(last, "choices.0.finish_reason"), "stop");
  EXPECT_EQ(number_at(last, "usage.completion_tokens_details.image_tokens"), 1290);
}

TEST_F(OpenRouterTest, UnderstandsPicturesInAConversation) {
  const std::string url = png_data_url(160, 90);
  const std::string body =
      R"({"model":"google/gemini-3.1-flash-image","modalities":["image","text"],"messages":[)"
      R"({"role":"user","content":[{"type":"text","text":"greener"},{"type":"image_url","image_url":{"url":")" +
      url +
      R"("}}]},{"role":"assistant","content":null,"images":[{"type":"image_url","image_url":{"url":")" +
      url + R"("}}]},{"role":"user","content":"more"}]})";
  const json::Value document = client_.post("/chat/completions", body).json();
  EXPECT_THAT(describe_images(at(document, "choices.0.message")),
              ElementsAre("1376x768 image/jpeg"));
  EXPECT_EQ(number_at(document, "usage.prompt_tokens"), 2 + 1 + 2 * 1120);
}

TEST_F(OpenRouterTest, ListsTextModelsUnlessImagesAreAskedFor) {
  const json::Value plain = client_.get("/models").json();
  const json::Value data = at(plain, "data");
  for (const json::Value& model : *data.array())
    EXPECT_THAT(text_at(model, "architecture.modality"), Not(HasSubstr("->image")));
  const json::Value images = client_.get("/models?output_modalities=image").json();
  EXPECT_EQ(number_at(images, "total_count"),
            static_cast<std::int64_t>(at(images, "data").array()->size()));
  EXPECT_EQ(text_at(images, "data.0.id"), image_model);
  EXPECT_EQ(text_at(images, "data.0.pricing.image_output"), "0.00003");
  EXPECT_TRUE(at(images, "links.next").is_null());
  const json::Value page = client_.get("/models?output_modalities=all&limit=2&offset=1").json();
  EXPECT_THAT(*at(page, "data").array(), SizeIs(2));
  EXPECT_THAT(text_at(page, "links.next"), HasSubstr("offset=3"));
  EXPECT_EQ(client_.call({.method = "GET", .target = "/models", .key = ""}).status, 200U);
}

TEST_F(OpenRouterTest, DescribesImageModels) {
  const json::Value list = client_.get("/images/models").json();
  EXPECT_EQ(text_at(list, "data.0.supported_parameters.resolution.type"), "enum");
  const json::Value endpoints = client_.get("/images/models/openai/gpt-image-1/endpoints").json();
  EXPECT_EQ(text_at(endpoints, "id"), gpt_model);
  EXPECT_EQ(number_at(endpoints, "endpoints.0.supported_parameters.n.max"), 10);
  EXPECT_EQ(client_.get("/images/models/no/such/endpoints").status, 404U);
  EXPECT_EQ(text_at(client_.get("/model/google/gemini-3-pro-image").json(), "data.id"),
            "google/gemini-3-pro-image");
}

TEST_F(OpenRouterTest, TellsWhatAKeyHasSpent) {
  const Answer made = images(image_model);
  const double cost = *at(made.json(), "usage.cost").real();
  EXPECT_NEAR(cost, 0.0387006, 1e-9);
  EXPECT_NEAR(*at(client_.get("/key").json(), "data.usage").real(), cost, 1e-9);
  EXPECT_THAT(text_at(client_.get("/key").json(), "data.label"), HasSubstr("..."));
  EXPECT_EQ(client_.get("/credits").status, 403U);
  const Answer credits = client_.call(
      {.method = "GET", .target = "/credits", .key = client_.access("management_key")});
  EXPECT_NEAR(*at(credits.json(), "data.total_usage").real(), cost, 1e-9);
  const json::Value generation =
      client_.get("/generation?id=" + std::string(made.header("x-generation-id"))).json();
  EXPECT_NEAR(*at(generation, "data.total_cost").real(), cost, 1e-9);
  EXPECT_EQ(number_at(generation, "data.native_tokens_completion_images"), 1290);
  EXPECT_EQ(client_.get("/generation?id=gen-unknown").status, 404U);
}

TEST_F(OpenRouterTest, RefusesRequestsWithoutAGoodKey) {
  for (const std::string& key : {std::string(), client_.access().bad_key, std::string("sk-none")}) {
    for (const std::string target : {"/key", "/credits", "/generation?id=x"}) {
      const Answer answer = client_.call({.method = "GET", .target = target, .key = key});
      EXPECT_EQ(answer.status, 401U) << target;
      EXPECT_EQ(text_at(answer.json(), "error.message"), "Missing Authentication header");
    }
    EXPECT_EQ(
        client_.call({.target = "/images", .body = image_body(image_model), .key = key}).status,
        401U);
  }
  EXPECT_EQ(client_.emulator().counts().refused_credentials, 12U);
}

TEST_F(OpenRouterTest, AnswersWrongAddressesAsErrors) {
  EXPECT_EQ(client_.get("/nowhere").status, 404U);
  EXPECT_EQ(client_.get("/images").status, 405U);
  EXPECT_EQ(client_.get("/images/generations").status, 404U);
}

}  // namespace
}  // namespace patchbay::emulator
