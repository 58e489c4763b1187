#include "plugins/shared/image_family.hpp"

#include <patchbay/failure.hpp>

#include <gtest/gtest.h>

#include <string>

namespace shared {
namespace {

constexpr const char* manifest = R"({"id": "x", "image_models": [
  {"prefix": "draw", "aspect_ratios": ["1:1", "16:9"], "resolutions": ["1K"], "inputs_max": 3},
  {"api": "chat", "sizes": ["64x64"], "omit": ["seed"], "images_max": 4, "prefix": "draw-large"},
  {"prefix": "vendor/paint", "images_max": 1, "later": {"unknown": [1]}}
], "settings": {"image_models": [{"prefix": "no"}]}})";

TEST(ImageFamilyTest, IsTheOneWithTheLongestPrefix) {
  const auto family = image_family_of(manifest, "draw-large-2");
  ASSERT_TRUE(family);
  EXPECT_EQ(family->prefix, "draw-large");
  EXPECT_EQ(family->api, "chat");
  EXPECT_EQ(family->sizes.size(), 1U);
  EXPECT_EQ(family->images_max, 4U);
  EXPECT_TRUE(family->aspect_ratios.empty()) << "nothing of its neighbour";
  EXPECT_TRUE(family->omits("seed"));
  EXPECT_FALSE(family->omits("size"));
  EXPECT_EQ(image_family_of(manifest, "draw-small")->aspect_ratios.size(), 2U);
}

TEST(ImageFamilyTest, IsFoundWithAndWithoutTheVendor) {
  EXPECT_EQ(image_family_of(manifest, "some/one/draw-1")->prefix, "draw");
  EXPECT_EQ(image_family_of(manifest, "vendor/paint-3")->prefix, "vendor/paint");
  EXPECT_FALSE(image_family_of(manifest, "paint-3"));
  EXPECT_FALSE(image_family_of(manifest, "no"));
  EXPECT_FALSE(image_family_of(manifest, ""));
}

TEST(ImageFamilyTest, SaysHowManyImagesItTakesAndDraws) {
  const auto accepts = [](const char* model, std::uint64_t inputs, std::uint64_t images) {
    try {
      check_counts(image_family_of(manifest, model), inputs, images);
      return true;
    } catch (const patchbay::Failed& failed) {
      EXPECT_EQ(failed.failure().category, std::uint32_t{PATCHBAY_ERR_BAD_REQUEST});
      EXPECT_EQ(failed.failure().billed, std::uint32_t{PATCHBAY_BILLED_NO});
      return false;
    }
  };
  EXPECT_TRUE(accepts("draw", 3, 100));
  EXPECT_FALSE(accepts("draw", 4, 1));
  EXPECT_TRUE(accepts("draw-large", 100, 4));
  EXPECT_FALSE(accepts("draw-large", 0, 5));
  EXPECT_FALSE(accepts("vendor/paint", 0, 2));
  EXPECT_TRUE(accepts("unlisted", 100, 100));
}

TEST(ImageFamilyTest, NeedsAManifestThatCanBeRead) {
  EXPECT_THROW((void)image_family_of("{", "draw"), patchbay::Failed);
}

}  // namespace
}  // namespace shared
