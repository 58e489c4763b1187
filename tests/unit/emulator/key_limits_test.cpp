#include "host/emulator/key_limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patchbay::emulator {
namespace {

using std::chrono::milliseconds;

constexpr KeyLimits::Time start{};

FaultSet met(KeyLimits& limits,
             milliseconds after,
             KeyKind kind = KeyKind::Working,
             std::uint64_t billed = 0,
             const RequestSource& source = {.provider = "gemini", .key = "key1"}) {
  FaultSet faults;
  limits.apply(source, kind, billed, start + after, faults);
  return faults;
}

TEST(KeyLimitsTest, LetsEverythingThroughWithoutLimits) {
  KeyLimits limits({});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(met(limits, milliseconds(0)).empty());
  EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Working, 1'000'000).empty());
}

TEST(KeyLimitsTest, RefusesWhatIsTooMuchForOneSecond) {
  KeyLimits limits({.rate = 2, .quota = 0});
  EXPECT_TRUE(met(limits, milliseconds(0)).empty());
  EXPECT_TRUE(met(limits, milliseconds(400)).empty());
  const FaultSet refused = met(limits, milliseconds(500));
  EXPECT_TRUE(refused.has(Fault::Rate));
  EXPECT_EQ(refused.time(Fault::Rate, milliseconds(0)), milliseconds(501));
  EXPECT_TRUE(met(limits, milliseconds(1001)).empty());
  EXPECT_FALSE(met(limits, milliseconds(1002)).empty());
}

TEST(KeyLimitsTest, CountsEachKeyOfEachProviderAlone) {
  KeyLimits limits({.rate = 1, .quota = 0});
  EXPECT_TRUE(met(limits, milliseconds(0)).empty());
  for (const RequestSource& other : {RequestSource{.provider = "gemini", .key = "key2"},
                                     RequestSource{.provider = "openrouter", .key = "key1"}})
    EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Working, 0, other).empty());
  EXPECT_FALSE(met(limits, milliseconds(0)).empty());
}

TEST(KeyLimitsTest, EndsAtTheQuota) {
  KeyLimits limits({.rate = 0, .quota = 3});
  EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Working, 2).empty());
  EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Working, 3).has(Fault::KeyLimit));
}

TEST(KeyLimitsTest, KnowsTheSpecialKeys) {
  KeyLimits limits({});
  EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Drained).has(Fault::KeyLimit));
  for (unsigned i = 0; i < limited_key_rate; ++i)
    EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Limited).empty());
  EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Limited).has(Fault::Rate));
  EXPECT_TRUE(met(limits, milliseconds(0), KeyKind::Refused).empty());
}

}  // namespace
}  // namespace patchbay::emulator
