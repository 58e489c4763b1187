#include "core/media/base64_encoder.hpp"
#include "core/media/encode.hpp"
#include "tests/unit/emulator/gemini_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::string picture_base64(std::uint32_t width, std::uint32_t height) {
  const std::string file = media::make_picture({.width = width, .height = height}).value();
  std::string text(media::base64_size(file.size()), '\0');
  media::base64_encode({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, text);
  return text;
}

std::string edit_body(std::string_view data, std::string_view mime = "image/png") {
  return R"({"contents":[{"parts":[{"text":"greener"},{"inlineData":{"mimeType":")" +
         std::string(mime) + R"(","data":")" + std::string(data) + R"("}}]}]})";
}

std::string config(std::string_view inner) {
  return R"(,"generationConfig":{)" + std::string(inner) + "}";
}

TEST(GeminiEmulatorTest, GivesAPngOfTheAskedRatioForTheFirstFamily) {
  EmulatorClient client;
  const Answer answer = client.generate(
      "gemini-2.5-flash-image",
      prompt_body("a banana", config(R"("imageConfig":{"aspectRatio":"3:2","imageSize":"1K"})")));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("content-type"), "application/json; charset=UTF-8");
  const json::Value document = answer.json();
  EXPECT_THAT(describe_parts(document), ElementsAre("text", "1248x832 image/png"));
  EXPECT_EQ(text_at(document, "candidates.0.finishReason"), "STOP");
  EXPECT_EQ(text_at(document, "candidates.0.content.role"), "model");
  EXPECT_EQ(number_at(document, "usageMetadata.promptTokenCount"), 2);
  EXPECT_EQ(number_at(document, "usageMetadata.candidatesTokensDetails.0.tokenCount"), 1290);
  EXPECT_EQ(number_at(document, "usageMetadata.totalTokenCount"),
            2 + number_at(document, "usageMetadata.candidatesTokenCount"));
  EXPECT_EQ(text_at(document, "modelVersion"), "gemini-2.5-flash-image");
  EXPECT_THAT(text_at(document, "responseId"), SizeIs(22));
}

TEST(GeminiEmulatorTest, GivesAJpegWithALargeSignatureForLaterFamilies) {
  EmulatorClient client;
  const Answer answer = client.generate(
      "gemini-3-pro-image",
      prompt_body("a banana",
                  config(R"("responseModalities":["IMAGE"],"imageConfig":{"aspectRatio":"9:16",
                         "imageSize":"2K"})")));
  const json::Value document = answer.json();
  EXPECT_THAT(describe_parts(document), ElementsAre("1536x2752 image/jpeg"));
  EXPECT_GE(text_at(document, "candidates.0.content.parts.0.thoughtSignature").size(), 1'000'000U);
  EXPECT_EQ(number_at(document, "usageMetadata.candidatesTokenCount"), 1120);
  EXPECT_GT(number_at(document, "usageMetadata.thoughtsTokenCount"), 0);
}

TEST(GeminiEmulatorTest, ChoosesTheShapeWhereNoneWasAsked) {
  EmulatorClient client;
  EXPECT_THAT(
      describe_parts(client.generate("gemini-3.1-flash-image", prompt_body("a banana")).json()),
      ElementsAre("text", "1408x768 image/jpeg"));
  EXPECT_THAT(describe_parts(
                  client.generate("gemini-3.1-flash-lite-image", edit_body(picture_base64(90, 160)))
                      .json()),
              ElementsAre("text", "768x1376 image/jpeg"));
}

TEST(GeminiEmulatorTest, CountsTheTokensOfInputImages) {
  EmulatorClient client;
  const json::Value document =
      client.generate("gemini-2.5-flash-image", edit_body(picture_base64(8, 8))).json();
  EXPECT_EQ(number_at(document, "usageMetadata.promptTokenCount"), 258 + 2);
  EXPECT_EQ(text_at(document, "usageMetadata.promptTokensDetails.1.modality"), "IMAGE");
}

TEST(GeminiEmulatorTest, AnswersTheSamePromptWithTheSamePicture) {
  EmulatorClient client;
  const auto data = [&](std::string_view prompt) {
    return text_at(client.generate("gemini-2.5-flash-image", prompt_body(prompt)).json(),
                   "candidates.0.content.parts.1.inlineData.data");
  };
  const std::string first = data("one");
  EXPECT_EQ(data("one"), first);
  EXPECT_NE(data("two"), first);
}

TEST(GeminiEmulatorTest, MakesPicturesOfTheSizeAsked) {
  Options options;
  options.image_bytes = 3'000'000;
  EmulatorClient client(std::move(options));
  const json::Value document =
      client.generate("gemini-2.5-flash-image", prompt_body("a banana")).json();
  EXPECT_THAT(describe_parts(document), ElementsAre("text", "1024x1024 image/png"));
  EXPECT_EQ(text_at(document, "candidates.0.content.parts.1.inlineData.data").size(), 4'000'000U);
}

TEST(GeminiEmulatorTest, AnswersChatsWithText) {
  EmulatorClient client;
  const json::Value document =
      client.generate("gemini-3.5-flash", prompt_body("what is a banana?")).json();
  EXPECT_THAT(describe_parts(document), ElementsAre("text"));
  EXPECT_THAT(text_at(document, "candidates.0.content.parts.0.text"),
              HasSubstr("what is a banana?"));
  EXPECT_EQ(client.emulator().counts().images, 0U);
  EXPECT_EQ(client.emulator().counts().billed, 1U);
}

TEST(GeminiEmulatorTest, GivesTextOnlyWhereNoImageWasAsked) {
  EmulatorClient client;
  const std::string body = prompt_body("a banana", config(R"("responseModalities":["text"])"));
  EXPECT_THAT(describe_parts(client.generate("gemini-2.5-flash-image", body).json()),
              ElementsAre("text"));
}

std::string refusal(EmulatorClient& client, std::string_view model, std::string body) {
  const Answer answer = client.generate(model, std::move(body));
  const json::Value document = answer.json();
  EXPECT_EQ(static_cast<unsigned>(number_at(document, "error.code")), answer.status);
  return std::to_string(answer.status) + " " + text_at(document, "error.status") + ": " +
         text_at(document, "error.message");
}

TEST(GeminiEmulatorTest, RefusesWhatTheModelCannotDo) {
  EmulatorClient client;
  const std::string ratio = prompt_body("x", config(R"("imageConfig":{"aspectRatio":"7:3"})"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", ratio),
              HasSubstr("400 INVALID_ARGUMENT: Invalid value at "
                        "'generation_config.image_config.aspect_ratio' (TYPE_STRING), \"7:3\""));
  const std::string size = prompt_body("x", config(R"("imageConfig":{"imageSize":"2k"})"));
  EXPECT_THAT(refusal(client, "gemini-3-pro-image", size), HasSubstr("image_size"));
  EXPECT_THAT(refusal(client, "gemini-3.5-flash", ratio),
              HasSubstr("Aspect ratio is not enabled for this model"));
  const std::string image = prompt_body("x", config(R"("responseModalities":["IMAGE"])"));
  EXPECT_THAT(refusal(client, "gemini-3.5-flash", image),
              HasSubstr("This model only supports text output."));
  const std::string two = prompt_body("x", config(R"("candidateCount":2)"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", two), HasSubstr("Multiple candidates"));
  EXPECT_EQ(client.emulator().counts().billed, 0U);
}

TEST(GeminiEmulatorTest, RefusesInputsItCannotRead) {
  EmulatorClient client;
  const std::string good = picture_base64(20, 20);
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", edit_body(good.substr(0, 100))),
              HasSubstr("Provided image is not valid"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", edit_body("PGh0bWw+")),
              HasSubstr("Provided image is not valid"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", edit_body("***")),
              HasSubstr("(TYPE_BYTES), Base64 decoding failed"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", edit_body(good, "image/gif")),
              HasSubstr("Unsupported MIME type: image/gif"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", R"({"contents":[]})"),
              HasSubstr("contents is not specified"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", R"({"contents":[{"parts":[]}]})"),
              HasSubstr("parts must not be empty"));
  EXPECT_THAT(refusal(client, "gemini-2.5-flash-image", "{"), HasSubstr("Invalid JSON payload"));
  EXPECT_THAT(
      refusal(client, "gemini-2.5-flash-image", R"({"contents":[{"role":"me","parts":[{}]}]})"),
      HasSubstr("valid role"));
}

TEST(GeminiEmulatorTest, AcceptsFourteenInputImagesAndNotFifteen) {
  EmulatorClient client;
  const auto body_with = [](int count) {
    const std::string part =
        R"({"inlineData":{"mimeType":"image/png","data":")" + picture_base64(2, 2) + R"("}})";
    std::string parts = part;
    for (int i = 1; i < count; ++i) parts += "," + part;
    return R"({"contents":[{"parts":[)" + parts + "]}]}";
  };
  EXPECT_EQ(client.generate("gemini-2.5-flash-image", body_with(14)).status, 200U);
  EXPECT_EQ(client.generate("gemini-2.5-flash-image", body_with(15)).status, 400U);
}

TEST(GeminiEmulatorTest, LimitsTheRequestAsTheRealApiDoes) {
  EmulatorClient client;
  const auto body_of = [](std::size_t size) {
    std::string body = prompt_body("a banana");
    return body + std::string(size - body.size(), ' ');
  };
  constexpr std::size_t limit = std::size_t{20} << 20U;
  EXPECT_EQ(client.generate("gemini-3.5-flash", body_of(limit)).status, 200U);
  EXPECT_THAT(refusal(client, "gemini-3.5-flash", body_of(limit + 1)),
              HasSubstr("Request payload size exceeds the limit: 20971520 bytes."));
}

TEST(GeminiEmulatorTest, DoesNotKnowOtherModelsMethodsAndPaths) {
  EmulatorClient client;
  EXPECT_THAT(refusal(client, "gemini-9", prompt_body("x")),
              StartsWith("404 NOT_FOUND: models/gemini-9 is not found for API version v1beta, or "
                         "is not supported for generateContent."));
  EXPECT_THAT(refusal(client, "gemini-embedding-001", prompt_body("x")), StartsWith("404"));
  EXPECT_EQ(client.get("/models/gemini-9").status, 404U);
  EXPECT_EQ(client.get("/elsewhere").header("content-type"), "text/html; charset=UTF-8");
  EXPECT_EQ(client.get("/models/gemini-3.5-flash:generateContent").status, 404U);
  EXPECT_EQ(client.call({.target = "/models/gemini-3.5-flash:predict", .body = "{}"}).status, 404U);
}

TEST(GeminiEmulatorTest, ChecksTheKeyWhereverItIsSent) {
  EmulatorClient client;
  const ProviderAccess access = client.access();
  ASSERT_THAT(access.key, SizeIs(39));
  ASSERT_THAT(access.bad_key, SizeIs(39));
  Call call{.method = "GET", .target = "/models"};
  EXPECT_EQ(client.call(call).status, 200U);
  call.key = access.bad_key;
  const json::Value refused = client.call(call).json();
  EXPECT_EQ(json::write(refused),
            R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.",)"
            R"("status":"INVALID_ARGUMENT","details":[{"@type":)"
            R"("type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID",)"
            R"("domain":"googleapis.com","metadata":{"service":)"
            R"("generativelanguage.googleapis.com"}},{"@type":)"
            R"("type.googleapis.com/google.rpc.LocalizedMessage","locale":"en-US",)"
            R"("message":"API key not valid. Please pass a valid API key."}]}})");
  call.key = "";
  const Answer missing = client.call(call);
  EXPECT_EQ(missing.status, 403U);
  EXPECT_THAT(text_at(missing.json(), "error.message"), StartsWith("Method doesn't allow"));
  call.target = "/models?key=" + access.key;
  EXPECT_EQ(client.call(call).status, 200U);
  call.target = "/models";
  call.headers = {{.name = "authorization", .value = "Bearer " + access.key}};
  EXPECT_EQ(client.call(call).status, 200U);
  EXPECT_EQ(client.emulator().counts().refused_credentials, 2U);
}

TEST(GeminiEmulatorTest, ListsModelsInPages) {
  EmulatorClient client;
  const json::Value first = client.get("/models").json();
  EXPECT_THAT(*at(first, "models").array(), SizeIs(50));
  const std::string token = text_at(first, "nextPageToken");
  const json::Value second = client.get("/models?pageToken=" + token).json();
  EXPECT_EQ(at(second, "nextPageToken"), json::Value());
  const std::size_t count = 50 + at(second, "models").array()->size();
  EXPECT_THAT(*at(client.get("/models?pageSize=1000").json(), "models").array(), SizeIs(count));
  EXPECT_THAT(*at(client.get("/models?pageSize=7").json(), "models").array(), SizeIs(7));
  EXPECT_EQ(client.get("/models?pageToken=nonsense").status, 400U);
  EXPECT_EQ(text_at(client.get("/models/gemini-2.5-flash-image").json(), "name"),
            "models/gemini-2.5-flash-image");
}

TEST(GeminiEmulatorTest, CountsTokens) {
  EmulatorClient client;
  const auto count = [&](std::string body) {
    return number_at(
        client.call({.target = "/models/gemini-2.5-flash-image:countTokens", .body = body}).json(),
        "totalTokens");
  };
  EXPECT_EQ(count(prompt_body("a banana")), 2);
  EXPECT_EQ(count(edit_body(picture_base64(3, 3))), 2 + 258);
  EXPECT_EQ(count(R"({"generateContentRequest":)" + prompt_body("a banana") + "}"), 2);
}

}  // namespace
}  // namespace patchbay::emulator
