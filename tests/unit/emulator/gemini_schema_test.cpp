#include "host/emulator/gemini_schema.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

std::string message_for(std::string_view text,
                        GeminiMessage message = GeminiMessage::GenerateContent) {
  const auto error = check_fields(json::parse(text).value(), message);
  return error ? error->message : "sound";
}

TEST(GeminiSchemaTest, AcceptsWhatTheOfficialClientSends) {
  EXPECT_EQ(message_for(R"({"contents":[{"role":"user","parts":[{"text":"edit"},
    {"inlineData":{"mimeType":"image/png","data":"eA=="}}]}],
    "systemInstruction":{"role":"user","parts":[{"text":"sys"}]},
    "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
    "generationConfig":{"temperature":0.5,"candidateCount":1,"seed":7,
      "responseModalities":["TEXT","IMAGE"],
      "imageConfig":{"aspectRatio":"16:9","imageSize":"2K"}}})"),
            "sound");
}

TEST(GeminiSchemaTest, AcceptsSnakeCaseNullsAndSingleElements) {
  EXPECT_EQ(message_for(R"({"contents":{"parts":{"inline_data":{"mime_type":"a","data":"b"}}},
    "generation_config":{"response_modalities":["Image"],"image_config":{"aspect_ratio":null}}})"),
            "sound");
}

TEST(GeminiSchemaTest, NamesTheUnknownFieldAndItsPlace) {
  EXPECT_EQ(message_for(R"({"size":"1K"})"),
            "Invalid JSON payload received. Unknown name \"size\": Cannot find field.");
  EXPECT_EQ(message_for(R"({"generationConfig":{"aspectRatio":"1:1"}})"),
            "Invalid JSON payload received. Unknown name \"aspectRatio\" at 'generation_config': "
            "Cannot find field.");
  EXPECT_EQ(message_for(R"({"contents":[{},{"parts":[{},{"inlineData":{"url":"x"}}]}]})"),
            "Invalid JSON payload received. Unknown name \"url\" at "
            "'contents[1].parts[1].inline_data': Cannot find field.");
  EXPECT_EQ(message_for(R"({"generationConfig":{}})", GeminiMessage::CountTokens),
            "Invalid JSON payload received. Unknown name \"generationConfig\": Cannot find field.");
}

TEST(GeminiSchemaTest, NamesTheValueOfAWrongType) {
  EXPECT_EQ(message_for(R"({"generationConfig":{"temperature":"hot"}})"),
            "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\"");
  EXPECT_EQ(message_for(R"({"generationConfig":[]})"),
            "Invalid value at 'generation_config' "
            "(type.googleapis.com/google.ai.generativelanguage.v1beta.GenerationConfig), []");
  EXPECT_EQ(message_for(R"({"generationConfig":{"responseModalities":["SMELL"]}})"),
            "Invalid value at 'generation_config.response_modalities[0]' (type.googleapis.com/"
            "google.ai.generativelanguage.v1beta.GenerationConfig.Modality), \"SMELL\"");
  EXPECT_EQ(message_for(R"({"contents":"a banana"})"),
            "Invalid value at 'contents' "
            "(type.googleapis.com/google.ai.generativelanguage.v1beta.Content), \"a banana\"");
  EXPECT_EQ(message_for("[]"), "Invalid JSON payload received. The root must be an object.");
}

TEST(GeminiSchemaTest, FindsAFieldInEitherSpelling) {
  const json::Value value = json::parse(R"({"mime_type":"a","fileUri":"b","x":null})").value();
  EXPECT_EQ(text_field(value, "mimeType"), "a");
  EXPECT_EQ(text_field(value, "fileUri"), "b");
  EXPECT_EQ(find_field(value, "x"), nullptr);
}

}  // namespace
}  // namespace patchbay::emulator
