// Keys that cool down and providers that are left alone, as the router orders them.
#include "tests/unit/router/router_fixture.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::now_unix_ms;
using testing::RouterTest;

class CoolDownRouteTest : public RouterTest {};

CoolDown until(std::int64_t offset_ms, std::string model = {}, std::string reason = "rate") {
  return CoolDown{std::move(model), now_unix_ms + offset_ms, std::move(reason)};
}

TEST_F(CoolDownRouteTest, ACoolingKeyIsPassedOverWhileAnotherIsUsable) {
  add_key("g1", "gemini").cool_downs = {until(60'000)};
  add_key("g2", "gemini").priority = 9;
  EXPECT_THAT(names(), ElementsAre("gemini/g2"));
}

TEST_F(CoolDownRouteTest, ACoolDownThatIsOverCountsNoMore) {
  add_key("g1", "gemini").cool_downs = {until(0)};
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
}

TEST_F(CoolDownRouteTest, ACoolDownOfOneModelLeavesTheOthers) {
  add_key("g1", "gemini").cool_downs = {until(60'000, "gemini-draws", "quota")};
  EXPECT_EQ(error().code, ErrorCode::Quota);
  request_.model = "another";
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
  request_.model.clear();
  request_.operation = Operation::Chat;
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
}

TEST_F(CoolDownRouteTest, WhereAllCoolDownItSaysUntilWhenTheFirstIsBack) {
  add_key("g1", "gemini").cool_downs = {until(90'000), until(3'600'000, "gemini-draws", "quota")};
  add_key("g2", "gemini").cool_downs = {until(60'500)};
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::Rate);
  EXPECT_EQ(describe(error().code).exit_code, 6);
  EXPECT_EQ(error().message,
            "all 2 keys of provider 'gemini' cool down until 2026-11-23 05:17:24 UTC, after the"
            " provider's answer 'rate'");
  EXPECT_THAT(error().hint, HasSubstr("wait 61 s"));
  EXPECT_THAT(error().hint, HasSubstr("patchbay key enable g2"));
  EXPECT_EQ(error().retry_after, std::chrono::milliseconds(60'500));
}

TEST_F(CoolDownRouteTest, AShortCoolDownIsWaitedForAfterAllThatIsUsable) {
  add_key("g1", "gemini").cool_downs = {until(cool_down_wait_max.count())};
  add_key("o1", "openrouter");
  EXPECT_THAT(names(), ElementsAre("openrouter/o1", "gemini/g1"));
  EXPECT_EQ(find().value()[0].usable_at_unix_ms, 0);
  EXPECT_EQ(find().value()[1].usable_at_unix_ms, now_unix_ms + cool_down_wait_max.count());
  keys_[0].cool_downs = {until(cool_down_wait_max.count() + 1)};
  EXPECT_THAT(names(), ElementsAre("openrouter/o1"));
}

TEST_F(CoolDownRouteTest, ARequestMaySayHowLongItWaits) {
  add_key("g1", "gemini").cool_downs = {until(60'000)};
  request_.patience = std::chrono::milliseconds(59'999);
  EXPECT_EQ(error().code, ErrorCode::Rate);
  request_.patience = std::chrono::milliseconds(60'000);
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
}

TEST_F(CoolDownRouteTest, WhatCostsNothingWaitsForNoCoolDown) {
  add_key("g1", "gemini").cool_downs = {until(60'000)};
  add_key("g2", "gemini");
  request_.operation = Operation::Models;
  EXPECT_THAT(names(), ElementsAre("gemini/g2", "gemini/g1"));
  EXPECT_EQ(find().value()[1].usable_at_unix_ms, 0);
}

TEST_F(CoolDownRouteTest, ACoolingKeyOfAnotherUserIsNoReasonToWait) {
  Key& other = add_key("bob", "gemini");
  other.user = "bob";
  other.cool_downs = {until(60'000)};
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
}

TEST_F(CoolDownRouteTest, APausedProviderComesLast) {
  add_key("g1", "gemini");
  add_key("o1", "openrouter");
  providers_[0].pause = until(60'000);
  EXPECT_THAT(names(), ElementsAre("openrouter/o1", "gemini/g1"));
  providers_[0].pause = until(0);
  EXPECT_THAT(names(), ElementsAre("gemini/g1", "openrouter/o1"));
}

}  // namespace
}  // namespace patchbay::host
