#include "host/emulator/routed_model.hpp"

#include "host/emulator/openrouter_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

using testing::HasSubstr;

std::string shape(std::string_view model, const ShapeWish& wish) {
  const auto choice = choose_image_shape(*find_openrouter_model(model), wish);
  if (const auto* wrong = std::get_if<std::string>(&choice)) return *wrong;
  const auto& found = std::get<ImageShape>(choice);
  return std::to_string(found.pixels.width) + "x" + std::to_string(found.pixels.height);
}

constexpr std::string_view google = "google/gemini-3.1-flash-image";
constexpr std::string_view gpt = "openai/gpt-image-1";
constexpr std::string_view seedream = "bytedance-seed/seedream-4.5";

TEST(RoutedModelTest, FollowsRatioTierAndInput) {
  EXPECT_EQ(shape(google, {}), "1408x768");
  EXPECT_EQ(shape(google, {.ratio = "auto"}), "1408x768");
  EXPECT_EQ(shape(google, {.ratio = "1:1", .tier = "4K"}), "4096x4096");
  EXPECT_EQ(shape(google, {.size = "2K", .input = Pixels{.width = 90, .height = 160}}),
            "1536x2752");
}

TEST(RoutedModelTest, TakesASizeInPixelsAsARatioOrAsItIs) {
  EXPECT_EQ(shape(google, {.size = "1920x1080"}), "1376x768");
  EXPECT_EQ(shape(gpt, {.size = "1024x1536"}), "1024x1536");
  EXPECT_EQ(shape(seedream, {.size = "640x480"}), "640x480");
}

TEST(RoutedModelTest, RoundsFreeRatiosToWholeBlocks) {
  EXPECT_EQ(shape(seedream, {.ratio = "9:19.5"}), "688x1504");
  EXPECT_EQ(shape(seedream, {.ratio = "1:1", .tier = "2K"}), "2048x2048");
}

TEST(RoutedModelTest, SaysWhatIsWrong) {
  EXPECT_THAT(shape(google, {.tier = "8K"}), HasSubstr("'8K' is not supported"));
  EXPECT_THAT(shape(google, {.ratio = "5:3"}), HasSubstr("'5:3' is not supported"));
  EXPECT_THAT(shape(google, {.ratio = "16:9", .size = "512x512"}), HasSubstr("does not match"));
  EXPECT_THAT(shape(gpt, {.size = "10x10"}), HasSubstr("Invalid size '10x10'"));
  EXPECT_THAT(shape(seedream, {.size = "10000x10"}), HasSubstr("is not a size"));
  EXPECT_THAT(shape(seedream, {.size = "ax10"}), HasSubstr("is not a size"));
  EXPECT_THAT(shape(seedream, {.ratio = "3:5"}), HasSubstr("not supported"));
  EXPECT_THAT(shape(gpt, {.format = "webp"}), HasSubstr("output_format 'webp'"));
}

TEST(RoutedModelTest, PricesWhatWasUsed) {
  const RoutedModel& model = *find_openrouter_model("google/gemini-2.5-flash-image");
  const Cost cost = cost_of(model, {.prompt = 4, .text = 0, .image = 1290, .reasoning = 0});
  EXPECT_NEAR(cost.total(), 0.0387012, 1e-12);
}

}  // namespace
}  // namespace patchbay::emulator
