#include "host/engine/policy.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace patchbay::host {
namespace {

using namespace std::chrono_literals;

AttemptOutcome failed(Category category, Billed billed, Understood understood = Understood::Yes) {
  AttemptOutcome outcome;
  Failure failure;
  failure.category = category;
  failure.billed = billed;
  failure.understood = understood;
  outcome.failure = failure;
  return outcome;
}

// Everything is there and allowed, but paying twice.
PolicyState rich_state() {
  PolicyState state;
  state.has_next_key = true;
  state.has_next_provider = true;
  state.may_change_provider = MayChangeProvider::Yes;
  state.time_left = 60s;
  return state;
}

TEST(PolicyTest, SuccessIsDone) {
  EXPECT_EQ(decide(AttemptOutcome{}, rich_state()).step, Step::Done);
}

struct Row {
  Category category;
  Billed billed;
  KeyEffect key_effect;
  Step with_everything;  // another key and another provider are there
  Step alone;            // nothing else is there
};

// The table of outcomes, row by row.
const std::vector<Row> rows{
    {Category::AuthInvalid,
     Billed::No,
     KeyEffect::ConfirmThenDeactivate,
     Step::NextKey,
     Step::GiveUp},
    {Category::AuthConfig, Billed::No, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Quota, Billed::No, KeyEffect::CoolDown, Step::NextKey, Step::GiveUp},
    {Category::Rate, Billed::No, KeyEffect::CoolDown, Step::NextKey, Step::RetryHere},
    {Category::Blocked, Billed::No, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::NoOutput, Billed::No, KeyEffect::None, Step::RetryHere, Step::RetryHere},
    {Category::NoOutput, Billed::Unknown, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::BadRequest, Billed::No, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Model, Billed::No, KeyEffect::None, Step::NextProvider, Step::GiveUp},
    {Category::Upstream, Billed::No, KeyEffect::None, Step::RetryHere, Step::RetryHere},
    {Category::Upstream, Billed::Unknown, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Upstream, Billed::Yes, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Network, Billed::No, KeyEffect::None, Step::RetryHere, Step::RetryHere},
    {Category::Network, Billed::Unknown, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Protocol, Billed::No, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Plugin, Billed::No, KeyEffect::None, Step::NextProvider, Step::GiveUp},
    {Category::Plugin, Billed::Unknown, KeyEffect::None, Step::GiveUp, Step::GiveUp},
    {Category::Cancelled, Billed::No, KeyEffect::None, Step::GiveUp, Step::GiveUp},
};

TEST(PolicyTest, FollowsTheTable) {
  PolicyState alone;
  alone.time_left = 60s;
  for (const Row& row : rows) {
    const std::string name(to_string(row.category));
    const AttemptOutcome outcome = failed(row.category, row.billed);
    EXPECT_EQ(decide(outcome, rich_state()).step, row.with_everything) << name;
    EXPECT_EQ(decide(outcome, rich_state()).key_effect, row.key_effect) << name;
    EXPECT_EQ(decide(outcome, alone).step, row.alone) << name;
  }
}

TEST(PolicyTest, WhatWasNotUnderstoodNeverTouchesTheKey) {
  for (const Row& row : rows)
    EXPECT_EQ(decide(failed(row.category, row.billed, Understood::No), rich_state()).key_effect,
              KeyEffect::None)
        << to_string(row.category);
}

TEST(PolicyTest, NothingBilledIsRepeatedUnlessTheCallerPaysTwice) {
  for (const Category category : {Category::Upstream, Category::Network, Category::NoOutput}) {
    PolicyState state = rich_state();
    EXPECT_EQ(decide(failed(category, Billed::Unknown), state).step, Step::GiveUp);
    state.may_repeat = MayRepeat::Always;
    EXPECT_EQ(decide(failed(category, Billed::Unknown), state).step, Step::RetryHere);
  }
}

TEST(PolicyTest, StopsRepeatingAtTheCount) {
  PolicyState state = rich_state();
  state.may_change_provider = MayChangeProvider::No;
  state.attempt_count = 2;
  EXPECT_EQ(decide(failed(Category::Upstream, Billed::No), state).step, Step::RetryHere);
  state.attempt_count = 3;
  EXPECT_EQ(decide(failed(Category::Upstream, Billed::No), state).step, Step::GiveUp);
  state.may_change_provider = MayChangeProvider::Yes;
  EXPECT_EQ(decide(failed(Category::Upstream, Billed::No), state).step, Step::NextProvider);
}

TEST(PolicyTest, NoOutputIsRepeatedOnce) {
  PolicyState state = rich_state();
  state.attempt_count = 2;
  EXPECT_EQ(decide(failed(Category::NoOutput, Billed::No), state).step, Step::GiveUp);
}

TEST(PolicyTest, NamedProviderIsNeverLeft) {
  PolicyState state = rich_state();
  state.may_change_provider = MayChangeProvider::No;
  for (const Category category : {Category::Model, Category::Plugin})
    EXPECT_EQ(decide(failed(category, Billed::No), state).step, Step::GiveUp);
}

TEST(PolicyTest, NamedModelIsNotLookedForElsewhere) {
  PolicyState state = rich_state();
  state.names_model = true;
  EXPECT_EQ(decide(failed(Category::Model, Billed::No), state).step, Step::GiveUp);
}

TEST(PolicyTest, RetryAfterWinsAndIsBounded) {
  PolicyState state;
  state.time_left = 600s;
  AttemptOutcome outcome = failed(Category::Rate, Billed::No);
  outcome.failure->retry_after = 7s;
  const Decision decision = decide(outcome, state);
  EXPECT_EQ(decision.delay, 7s);
  EXPECT_EQ(decision.cool_down, 7s);
  outcome.failure->retry_after = 24h;
  EXPECT_EQ(decide(outcome, state).delay, retry_after_max);
}

TEST(PolicyTest, WaitsNoLongerThanTheRequestHasTime) {
  PolicyState state;
  AttemptOutcome outcome = failed(Category::Rate, Billed::No);
  outcome.failure->retry_after = 7s;
  state.time_left = 7s;
  EXPECT_EQ(decide(outcome, state).step, Step::GiveUp);
  state.time_left = 7001ms;
  EXPECT_EQ(decide(outcome, state).step, Step::RetryHere);
}

TEST(PolicyTest, BackoffDoublesWithJitterUpToItsEnd) {
  PolicyState state;
  state.time_left = 600s;
  state.attempt_count_max = 100;
  const AttemptOutcome outcome = failed(Category::Upstream, Billed::No);
  EXPECT_EQ(decide(outcome, state).delay, 250ms);
  state.random = 0xFFFF;
  EXPECT_EQ(decide(outcome, state).delay, 500ms);
  state.attempt_count = 2;
  EXPECT_EQ(decide(outcome, state).delay, 1000ms);
  state.attempt_count = 99;
  EXPECT_EQ(decide(outcome, state).delay, retry_delay_max);
}

TEST(PolicyTest, CoolDownsWithoutAWordOfTheProvider) {
  EXPECT_EQ(decide(failed(Category::Rate, Billed::No), rich_state()).cool_down, rate_cool_down);
  EXPECT_EQ(decide(failed(Category::Quota, Billed::No), rich_state()).cool_down, quota_cool_down);
}

TEST(PolicyTest, WhatFailedOnThisMachineIsNotTriedElsewhere) {
  AttemptOutcome outcome = failed(Category::NoOutput, Billed::No);
  outcome.failure->local_code = ErrorCode::Output;
  EXPECT_EQ(decide(outcome, rich_state()), Decision{});
  outcome = failed(Category::Network, Billed::No);
  outcome.failure->local_code = ErrorCode::Timeout;
  EXPECT_EQ(decide(outcome, rich_state()), Decision{});
}

}  // namespace
}  // namespace patchbay::host
