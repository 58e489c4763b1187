#include "host/engine/policy.hpp"

#include <gtest/gtest.h>

#include <array>
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

// A key and a provider to go to, a key, a provider, neither.
struct Row {
  Category category;
  KeyEffect key_effect;
  ProviderEffect provider_effect;
  std::array<Step, 4> steps;  // where nothing was billed
};

// The table of outcomes, row by row.
const std::vector<Row> rows{
    {Category::AuthInvalid,
     KeyEffect::ConfirmThenDeactivate,
     ProviderEffect::Answered,
     {Step::NextKey, Step::NextKey, Step::NextProvider, Step::GiveUp}},
    {Category::AuthConfig,
     KeyEffect::None,
     ProviderEffect::Answered,
     {Step::GiveUp, Step::GiveUp, Step::GiveUp, Step::GiveUp}},
    {Category::Quota,
     KeyEffect::CoolDown,
     ProviderEffect::Answered,
     {Step::NextKey, Step::NextKey, Step::NextProvider, Step::GiveUp}},
    {Category::Rate,
     KeyEffect::CoolDown,
     ProviderEffect::Answered,
     {Step::NextKey, Step::NextKey, Step::RetryHere, Step::RetryHere}},
    {Category::Blocked,
     KeyEffect::None,
     ProviderEffect::Answered,
     {Step::GiveUp, Step::GiveUp, Step::GiveUp, Step::GiveUp}},
    {Category::NoOutput,
     KeyEffect::None,
     ProviderEffect::Answered,
     {Step::RetryHere, Step::RetryHere, Step::RetryHere, Step::RetryHere}},
    {Category::BadRequest,
     KeyEffect::None,
     ProviderEffect::Answered,
     {Step::GiveUp, Step::GiveUp, Step::GiveUp, Step::GiveUp}},
    {Category::Model,
     KeyEffect::None,
     ProviderEffect::Answered,
     {Step::NextProvider, Step::GiveUp, Step::NextProvider, Step::GiveUp}},
    {Category::Upstream,
     KeyEffect::None,
     ProviderEffect::UpstreamFailed,
     {Step::RetryHere, Step::RetryHere, Step::RetryHere, Step::RetryHere}},
    {Category::Network,
     KeyEffect::None,
     ProviderEffect::UpstreamFailed,
     {Step::RetryHere, Step::RetryHere, Step::RetryHere, Step::RetryHere}},
    {Category::Protocol,
     KeyEffect::None,
     ProviderEffect::UpstreamFailed,
     {Step::GiveUp, Step::GiveUp, Step::GiveUp, Step::GiveUp}},
    {Category::Plugin,
     KeyEffect::None,
     ProviderEffect::PluginFailed,
     {Step::NextProvider, Step::GiveUp, Step::NextProvider, Step::GiveUp}},
    {Category::Cancelled,
     KeyEffect::None,
     ProviderEffect::None,
     {Step::GiveUp, Step::GiveUp, Step::GiveUp, Step::GiveUp}},
};

std::array<PolicyState, 4> places() {
  std::array<PolicyState, 4> states;
  states.fill(rich_state());
  states[1].has_next_provider = false;
  states[2].has_next_key = false;
  states[3].has_next_provider = false;
  states[3].has_next_key = false;
  return states;
}

TEST(PolicyTest, HasARowForEachCategory) {
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(Category::Cancelled));
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(rows[i].category), i + 1);
}

TEST(PolicyTest, FollowsTheTableWhereNothingWasBilled) {
  for (const Row& row : rows) {
    const AttemptOutcome outcome = failed(row.category, Billed::No);
    for (std::size_t place = 0; place < row.steps.size(); ++place) {
      const Decision decision = decide(outcome, places()[place]);
      EXPECT_EQ(decision.step, row.steps[place]) << to_string(row.category) << " at " << place;
      EXPECT_EQ(decision.key_effect, row.key_effect) << to_string(row.category);
      EXPECT_EQ(decision.provider_effect, row.provider_effect) << to_string(row.category);
    }
  }
}

TEST(PolicyTest, WhatMayHaveBeenBilledEndsTheRequest) {
  for (const Row& row : rows) {
    for (const Billed billed : {Billed::Unknown, Billed::Yes}) {
      for (const PolicyState& state : places()) {
        const Decision decision = decide(failed(row.category, billed), state);
        EXPECT_EQ(decision.step, Step::GiveUp) << to_string(row.category);
        EXPECT_EQ(decision.key_effect, row.key_effect) << to_string(row.category);
        EXPECT_EQ(decision.provider_effect, row.provider_effect) << to_string(row.category);
      }
    }
  }
}

TEST(PolicyTest, WhoAcceptsToPayTwiceIsServedAsIfNothingWasBilled) {
  for (const Row& row : rows) {
    for (const Billed billed : {Billed::No, Billed::Unknown, Billed::Yes}) {
      for (std::size_t place = 0; place < row.steps.size(); ++place) {
        PolicyState state = places()[place];
        state.may_repeat = MayRepeat::Always;
        EXPECT_EQ(decide(failed(row.category, billed), state).step, row.steps[place])
            << to_string(row.category) << " at " << place;
      }
    }
  }
}

TEST(PolicyTest, NothingFollowsOnceTheCallerHasAPartOfTheAnswer) {
  for (const Row& row : rows) {
    for (PolicyState state : places()) {
      state.delivered = Delivered::Something;
      state.may_repeat = MayRepeat::Always;
      const Decision decision = decide(failed(row.category, Billed::No), state);
      EXPECT_EQ(decision.step, Step::GiveUp) << to_string(row.category);
      EXPECT_EQ(decision.key_effect, row.key_effect) << to_string(row.category);
    }
  }
}

TEST(PolicyTest, WithoutTimeNothingNewIsBegun) {
  for (const Row& row : rows) {
    for (PolicyState state : places()) {
      state.time_left = 1ms;
      EXPECT_EQ(decide(failed(row.category, Billed::No), state).step, Step::GiveUp)
          << to_string(row.category);
    }
  }
}

TEST(PolicyTest, WhatWasNotUnderstoodNeverTouchesTheKey) {
  for (const Row& row : rows)
    EXPECT_EQ(decide(failed(row.category, Billed::No, Understood::No), rich_state()).key_effect,
              KeyEffect::None)
        << to_string(row.category);
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

TEST(PolicyTest, ANamedProviderIsNeverLeftNorIsAModelLookedForElsewhere) {
  PolicyState named_provider = rich_state();
  named_provider.may_change_provider = MayChangeProvider::No;
  PolicyState named_model = rich_state();
  named_model.names_model = true;
  for (const Row& row : rows) {
    for (PolicyState state : {named_provider, named_model}) {
      state.attempt_count = state.attempt_count_max;
      EXPECT_NE(decide(failed(row.category, Billed::No), state).step, Step::NextProvider)
          << to_string(row.category);
    }
  }
}

TEST(PolicyTest, ALongWaitIsLeftForAnotherProvider) {
  PolicyState state = rich_state();
  state.has_next_key = false;
  AttemptOutcome outcome = failed(Category::Rate, Billed::No);
  outcome.failure->retry_after = patience_max;
  EXPECT_EQ(decide(outcome, state).step, Step::RetryHere);
  outcome.failure->retry_after = patience_max + 1ms;
  EXPECT_EQ(decide(outcome, state).step, Step::NextProvider);
  state.has_next_provider = false;
  EXPECT_EQ(decide(outcome, state).step, Step::RetryHere);
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
  EXPECT_EQ(decide(outcome, state).cool_down, retry_after_max);
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

TEST(PolicyTest, WantOfCreditIsAboutTheKeyAndALimitAboutTheModel) {
  const auto scope = [](Category category, unsigned status) {
    AttemptOutcome outcome = failed(category, Billed::No);
    outcome.failure->http_status = status;
    return decide(outcome, rich_state()).cool_down_scope;
  };
  EXPECT_EQ(scope(Category::Rate, 429), CoolDownScope::Model);
  EXPECT_EQ(scope(Category::Rate, 503), CoolDownScope::Model);
  EXPECT_EQ(scope(Category::Quota, 429), CoolDownScope::Model);
  EXPECT_EQ(scope(Category::Quota, 402), CoolDownScope::Key);
}

TEST(PolicyTest, AStrangersAnswerDoesNotProveThatTheProviderIsThere) {
  AttemptOutcome outcome = failed(Category::Rate, Billed::No, Understood::No);
  outcome.failure->http_status = 429;
  EXPECT_EQ(decide(outcome, rich_state()).provider_effect, ProviderEffect::None);
  outcome = failed(Category::Protocol, Billed::No, Understood::No);
  outcome.failure->http_status = 200;
  EXPECT_EQ(decide(outcome, rich_state()).provider_effect, ProviderEffect::UpstreamFailed);
}

TEST(PolicyTest, WhatFailedOnThisMachineIsNotTriedElsewhereAndBlamesNobody) {
  AttemptOutcome outcome = failed(Category::NoOutput, Billed::No);
  outcome.failure->local_code = ErrorCode::Output;
  EXPECT_EQ(decide(outcome, rich_state()), Decision{});
  outcome = failed(Category::Network, Billed::No);
  outcome.failure->local_code = ErrorCode::Network;
  EXPECT_EQ(decide(outcome, rich_state()), Decision{});
}

TEST(PolicyTest, ATimeLimitThatTheProviderDidNotKeepIsItsFailure) {
  AttemptOutcome outcome = failed(Category::Network, Billed::No, Understood::No);
  outcome.failure->local_code = ErrorCode::Timeout;
  EXPECT_EQ(decide(outcome, rich_state()).step, Step::RetryHere);
  EXPECT_EQ(decide(outcome, rich_state()).provider_effect, ProviderEffect::UpstreamFailed);
}

}  // namespace
}  // namespace patchbay::host
