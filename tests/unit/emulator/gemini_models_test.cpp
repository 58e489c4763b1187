#include "host/emulator/gemini_models.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace patchbay::emulator {
namespace {

const ImageModel& image_model(std::string_view id) {
  const GeminiModel* model = find_gemini_model(id);
  EXPECT_NE(model, nullptr) << id;
  EXPECT_NE(model->image, nullptr) << id;
  return *model->image;
}

std::string size_of(std::string_view id, std::string_view ratio, std::string_view tier_name) {
  const ImageModel& model = image_model(id);
  const ImageTier* tier = find_tier(model, tier_name);
  if (tier == nullptr) return "no such size";
  const auto pixels = pixels_of(model, ratio, *tier);
  if (!pixels) return "no such ratio";
  return std::to_string(pixels->width) + "x" + std::to_string(pixels->height);
}

TEST(GeminiModelsTest, FillMoreThanOnePageWithUniqueIds) {
  std::set<std::string_view> ids;
  for (const GeminiModel& model : gemini_models()) EXPECT_TRUE(ids.insert(model.id).second);
  EXPECT_GT(ids.size(), 50U);
}

TEST(GeminiModelsTest, HaveTheSizesOfTheirFamily) {
  EXPECT_EQ(size_of("gemini-2.5-flash-image", "16:9", "1K"), "1344x768");
  EXPECT_EQ(size_of("gemini-2.5-flash-image", "16:9", "2K"), "no such size");
  EXPECT_EQ(size_of("gemini-2.5-flash-image", "1:4", "1K"), "no such ratio");
  EXPECT_EQ(size_of("gemini-3-pro-image", "16:9", "4K"), "5504x3072");
  EXPECT_EQ(size_of("gemini-3-pro-image", "16:9", "512"), "no such size");
  EXPECT_EQ(size_of("gemini-3.1-flash-image", "16:9", "512"), "688x384");
  EXPECT_EQ(size_of("gemini-3.1-flash-image", "8:1", "1K"), "3072x384");
  EXPECT_EQ(size_of("gemini-3.1-flash-lite-image", "3:4", "1K"), "896x1200");
  EXPECT_EQ(size_of("gemini-3.1-flash-lite-image", "3:4", "2K"), "no such size");
  EXPECT_EQ(size_of("gemini-nano-banana-2.1", "1:4", "2K"), "1024x4096");
  EXPECT_EQ(size_of("gemini-nano-banana-2.1", "1:1", "512"), "no such size");
  EXPECT_EQ(size_of("gemini-3-pro-image", "1:1", "1k"), "no such size");
}

TEST(GeminiModelsTest, FollowTheShapeOfAnInput) {
  const ImageModel& wide = image_model("gemini-3.1-flash-image");
  EXPECT_EQ(nearest_ratio(wide, {.width = 1920, .height = 1080}), "16:9");
  EXPECT_EQ(nearest_ratio(wide, {.width = 10, .height = 79}), "1:8");
  EXPECT_EQ(nearest_ratio(image_model("gemini-2.5-flash-image"), {.width = 10, .height = 79}),
            "9:16");
  EXPECT_EQ(nearest_ratio(wide, {.width = 500, .height = 500}), "1:1");
}

}  // namespace
}  // namespace patchbay::emulator
