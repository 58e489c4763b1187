#include "host/recorder/price_list.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace patchbay::host {
namespace {

PriceList list_of(const std::string& text) {
  auto list = PriceList::parse(text);
  EXPECT_TRUE(list.ok()) << list.error().message;
  return list.ok() ? std::move(list).value() : PriceList();
}

PriceList example() {
  return list_of(R"({"as_of": "2026-11-23", "prices": [{"adapter": "a", "model": "m", "input": 0.30,
                     "output": 2.5, "image_output": 30, "image": 0.039}]})");
}

PricedUse use_of(std::optional<std::uint64_t> input, std::optional<std::uint64_t> output) {
  PricedUse use{"a", "m", Operation::Image, {}, {}};
  use.usage.input_tokens = input;
  use.usage.output_tokens = output;
  return use;
}

// Four tokens of text in, one image of 1290 tokens: $0.0387012.
TEST(PriceListTest, CountsTokens) {
  const auto cost = example().cost_of(use_of(4, 1290));
  ASSERT_TRUE(cost.has_value());
  EXPECT_EQ(cost->nano_usd, 38'701'200U);
  EXPECT_EQ(cost->source, "prices of 2026-11-23");
}

TEST(PriceListTest, TellsTheTokensOfImagesApartWhereTheProviderDoes) {
  PricedUse use = use_of(0, 1300);
  use.image_tokens = 1290;
  EXPECT_EQ(example().cost_of(use)->nano_usd, 1290U * 30'000 + 10U * 2'500);
  use.image_tokens = 5'000;
  EXPECT_EQ(example().cost_of(use)->nano_usd, 1300U * 30'000) << "no more than there are";
}

TEST(PriceListTest, TextIsPricedAsText) {
  PricedUse use = use_of(10, 100);
  use.operation = Operation::Chat;
  EXPECT_EQ(example().cost_of(use)->nano_usd, 10U * 300 + 100U * 2'500);
}

TEST(PriceListTest, CountsImagesWhereNoTokensAreTold) {
  PricedUse use = use_of({}, {});
  EXPECT_FALSE(example().cost_of(use).has_value());
  use.usage.images = 2;
  EXPECT_EQ(example().cost_of(use)->nano_usd, 78'000'000U);
}

TEST(PriceListTest, KnowsNoPriceOfOtherModelsAndAdapters) {
  PricedUse use = use_of(1, 1);
  use.model = "other";
  EXPECT_FALSE(example().cost_of(use).has_value());
  use.model = "m";
  use.adapter = "other";
  EXPECT_FALSE(example().cost_of(use).has_value());
}

TEST(PriceListTest, TheNewerListIsAskedFirst) {
  PriceList list = example();
  list.put_before(list_of(
      R"({"as_of": "2027-01-01", "prices": [{"adapter": "a", "model": "m", "input": 1}]})"));
  EXPECT_EQ(list.cost_of(use_of(4, 0))->nano_usd, 4'000U);
  EXPECT_EQ(list.cost_of(use_of(4, 0))->source, "prices of 2027-01-01");
}

TEST(PriceListTest, AbsurdCountsDoNotOverflow) {
  const std::uint64_t most = ~std::uint64_t{0};
  EXPECT_LT(example().cost_of(use_of(most, most))->nano_usd, std::uint64_t{1} << 62U);
}

TEST(PriceListTest, SaysWhatIsWrong) {
  const std::vector<std::string> bad{
      "",
      "[]",
      R"({"as_of": "2026-11-23"})",
      R"({"prices": []})",
      R"({"as_of": "2026-11-23", "prices": [{"model": "m"}]})",
      R"({"as_of": "2026-11-23", "prices": [{"adapter": "a", "model": "m", "input": -1}]})",
      R"({"as_of": "2026-11-23", "prices": [{"adapter": "a", "model": "m", "input": "1"}]})",
      R"({"as_of": "2026-11-23", "prices": [{"adapter": "a", "model": "m", "input": 1e300}]})",
  };
  for (const std::string& text : bad) {
    const auto list = PriceList::parse(text);
    ASSERT_FALSE(list.ok()) << text;
    EXPECT_EQ(list.error().code, ErrorCode::BadInput) << text;
  }
}

TEST(PriceListTest, TheOneOfTheBuildIsSoundAndDated) {
  const auto list = PriceList::embedded();
  ASSERT_TRUE(list.ok()) << list.error().message;
  const Price* price = list.value().find("dev.patchbay.gemini", "gemini-2.5-flash-image");
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(price->as_of.size(), 10U);
  EXPECT_GT(price->image_output_token, price->output_token);
}

}  // namespace
}  // namespace patchbay::host
