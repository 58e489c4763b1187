#include "host/engine/policy.hpp"

#include <algorithm>
#include <array>

namespace patchbay::host {
namespace {

// What a category says about the next step, tried from left to right.
enum class Remedy : std::uint8_t {
  GiveUp,
  OtherKey,               // else give up
  WaitOrOtherKey,         // another key at once, else here after a while
  Repeat,                 // here, where nothing was billed
  RepeatOnce,             // likewise, and only once
  RepeatOrOtherProvider,  // likewise, then elsewhere
  OtherProvider,
  OtherProviderUnlessModelNamed,
};

struct CategoryPolicy {
  Category category;
  KeyEffect key_effect;
  Remedy remedy;
};

// Section "outcomes" of docs/architecture.md, row by row.
constexpr std::array table{
    CategoryPolicy{Category::AuthInvalid, KeyEffect::ConfirmThenDeactivate, Remedy::OtherKey},
    CategoryPolicy{Category::AuthConfig, KeyEffect::None, Remedy::GiveUp},
    CategoryPolicy{Category::Quota, KeyEffect::CoolDown, Remedy::OtherKey},
    CategoryPolicy{Category::Rate, KeyEffect::CoolDown, Remedy::WaitOrOtherKey},
    CategoryPolicy{Category::Blocked, KeyEffect::None, Remedy::GiveUp},
    CategoryPolicy{Category::NoOutput, KeyEffect::None, Remedy::RepeatOnce},
    CategoryPolicy{Category::BadRequest, KeyEffect::None, Remedy::GiveUp},
    CategoryPolicy{Category::Model, KeyEffect::None, Remedy::OtherProviderUnlessModelNamed},
    CategoryPolicy{Category::Upstream, KeyEffect::None, Remedy::RepeatOrOtherProvider},
    CategoryPolicy{Category::Network, KeyEffect::None, Remedy::Repeat},
    CategoryPolicy{Category::Protocol, KeyEffect::None, Remedy::GiveUp},
    CategoryPolicy{Category::Plugin, KeyEffect::None, Remedy::OtherProvider},
    CategoryPolicy{Category::Cancelled, KeyEffect::None, Remedy::GiveUp},
};

const CategoryPolicy& policy_of(Category category) {
  static constexpr CategoryPolicy unknown{Category::Plugin, KeyEffect::None, Remedy::GiveUp};
  const auto* row = std::find_if(table.begin(), table.end(), [category](const CategoryPolicy& it) {
    return it.category == category;
  });
  return row == table.end() ? unknown : *row;
}

// Doubles from attempt to attempt, and lies between half of that and the whole.
std::chrono::milliseconds backoff(const PolicyState& state) {
  const unsigned doublings = std::min(state.attempt_count - std::min(state.attempt_count, 1U), 8U);
  const auto whole = std::min(retry_delay_first * (1U << doublings), retry_delay_max);
  const auto half = whole / 2;
  return half + std::chrono::milliseconds(half.count() * (state.random & 0xFFFFU) / 0xFFFF);
}

// The provider's own word wins over ours.
std::chrono::milliseconds wait_of(const Failure& failure, const PolicyState& state) {
  if (failure.retry_after.count() > 0) return std::min(failure.retry_after, retry_after_max);
  return backoff(state);
}

bool may_repeat(const Failure& failure, const PolicyState& state) {
  return failure.billed == Billed::No || state.may_repeat == MayRepeat::Always;
}

Decision repeat_here(const Failure& failure, const PolicyState& state) {
  Decision decision;
  const auto delay = wait_of(failure, state);
  if (!may_repeat(failure, state)) return decision;
  if (state.attempt_count >= state.attempt_count_max || delay >= state.time_left) return decision;
  decision.step = Step::RetryHere;
  decision.delay = delay;
  return decision;
}

Decision go_to(Step step) {
  Decision decision;
  decision.step = step;
  return decision;
}

Decision elsewhere(const Failure& failure, const PolicyState& state) {
  const bool allowed = state.may_change_provider == MayChangeProvider::Yes &&
                       state.has_next_provider && may_repeat(failure, state);
  return go_to(allowed ? Step::NextProvider : Step::GiveUp);
}

Decision remedy_of(Remedy remedy, const Failure& failure, const PolicyState& state) {
  const bool other_key = state.has_next_key && may_repeat(failure, state);
  switch (remedy) {
    case Remedy::GiveUp: break;
    case Remedy::OtherKey: return go_to(other_key ? Step::NextKey : Step::GiveUp);
    case Remedy::WaitOrOtherKey:
      return other_key ? go_to(Step::NextKey) : repeat_here(failure, state);
    case Remedy::Repeat: return repeat_here(failure, state);
    case Remedy::RepeatOnce:
      return state.attempt_count > 1 ? Decision{} : repeat_here(failure, state);
    case Remedy::RepeatOrOtherProvider: {
      const Decision here = repeat_here(failure, state);
      return here.step == Step::RetryHere ? here : elsewhere(failure, state);
    }
    case Remedy::OtherProvider: return elsewhere(failure, state);
    case Remedy::OtherProviderUnlessModelNamed:
      return state.names_model ? Decision{} : elsewhere(failure, state);
  }
  return {};
}

void apply_key_effect(Decision& decision, KeyEffect effect, const Failure& failure) {
  // Whatever answered, it did not speak as the provider: the key is not to blame.
  if (failure.understood == Understood::No) return;
  decision.key_effect = effect;
  if (effect != KeyEffect::CoolDown) return;
  const auto ours = failure.category == Category::Quota ? quota_cool_down : rate_cool_down;
  decision.cool_down = failure.retry_after.count() > 0 ? failure.retry_after : ours;
}

}  // namespace

Decision decide(const AttemptOutcome& outcome, const PolicyState& state) {
  if (!outcome.failure) return go_to(Step::Done);
  const Failure& failure = *outcome.failure;
  // What failed on this machine fails again, whichever key or provider is asked. A plugin is the
  // exception: another provider has another one.
  if (failure.local_code && failure.category != Category::Plugin) return {};
  const CategoryPolicy& policy = policy_of(failure.category);
  Decision decision = remedy_of(policy.remedy, failure, state);
  apply_key_effect(decision, policy.key_effect, failure);
  return decision;
}

}  // namespace patchbay::host
