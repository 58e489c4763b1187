#include "host/engine/policy.hpp"

#include <algorithm>
#include <array>

namespace patchbay::host {
namespace {

// What a category says about the next step, tried from left to right.
enum class Remedy : std::uint8_t {
  GiveUp,
  OtherKeyOrProvider,
  OtherKeyOrWaitOrOtherProvider,
  RepeatOnce,             // here, where nothing was billed
  RepeatOrOtherProvider,  // likewise, then elsewhere
  OtherProvider,
};

struct CategoryPolicy {
  Category category;
  KeyEffect key_effect;
  ProviderEffect provider_effect;  // where the failure is in the provider's own words
  Remedy remedy;
};

// Section "outcomes" of docs/architecture.md, row by row.
using Key = KeyEffect;
using Provider = ProviderEffect;
constexpr std::array table{
    CategoryPolicy{Category::AuthInvalid,
                   Key::ConfirmThenDeactivate,
                   Provider::Answered,
                   Remedy::OtherKeyOrProvider},
    CategoryPolicy{Category::AuthConfig, Key::None, Provider::Answered, Remedy::GiveUp},
    CategoryPolicy{Category::Quota, Key::CoolDown, Provider::Answered, Remedy::OtherKeyOrProvider},
    CategoryPolicy{
        Category::Rate, Key::CoolDown, Provider::Answered, Remedy::OtherKeyOrWaitOrOtherProvider},
    CategoryPolicy{Category::Blocked, Key::None, Provider::Answered, Remedy::GiveUp},
    CategoryPolicy{Category::NoOutput, Key::None, Provider::Answered, Remedy::RepeatOnce},
    CategoryPolicy{Category::BadRequest, Key::None, Provider::Answered, Remedy::GiveUp},
    CategoryPolicy{Category::Model, Key::None, Provider::Answered, Remedy::OtherProvider},
    CategoryPolicy{
        Category::Upstream, Key::None, Provider::UpstreamFailed, Remedy::RepeatOrOtherProvider},
    CategoryPolicy{
        Category::Network, Key::None, Provider::UpstreamFailed, Remedy::RepeatOrOtherProvider},
    CategoryPolicy{Category::Protocol, Key::None, Provider::UpstreamFailed, Remedy::GiveUp},
    CategoryPolicy{Category::Plugin, Key::None, Provider::PluginFailed, Remedy::OtherProvider},
    CategoryPolicy{Category::Cancelled, Key::None, Provider::None, Remedy::GiveUp},
};

const CategoryPolicy& policy_of(Category category) {
  static constexpr CategoryPolicy unknown{
      Category::Plugin, KeyEffect::None, ProviderEffect::None, Remedy::GiveUp};
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

Decision go_to(Step step) {
  Decision decision;
  decision.step = step;
  return decision;
}

Decision repeat_here(const Failure& failure, const PolicyState& state) {
  const auto delay = wait_of(failure, state);
  if (!may_repeat(failure, state)) return {};
  if (state.attempt_count >= state.attempt_count_max || delay >= state.time_left) return {};
  Decision decision = go_to(Step::RetryHere);
  decision.delay = delay;
  return decision;
}

Decision to_other_key(const Failure& failure, const PolicyState& state) {
  const bool allowed =
      state.has_next_key && may_repeat(failure, state) && state.time_left >= new_attempt_time_min;
  return go_to(allowed ? Step::NextKey : Step::GiveUp);
}

// A model is named in the words of one provider: no other is asked for it.
Decision elsewhere(const Failure& failure, const PolicyState& state) {
  const bool allowed = state.may_change_provider == MayChangeProvider::Yes &&
                       state.has_next_provider && !state.names_model &&
                       may_repeat(failure, state) && state.time_left >= new_attempt_time_min;
  return go_to(allowed ? Step::NextProvider : Step::GiveUp);
}

bool goes_on(const Decision& decision) {
  return decision.step != Step::GiveUp;
}

Decision wait_or_go_elsewhere(const Failure& failure, const PolicyState& state) {
  const Decision here = repeat_here(failure, state);
  if (goes_on(here) && here.delay <= patience_max) return here;
  const Decision there = elsewhere(failure, state);
  return goes_on(there) ? there : here;
}

Decision remedy_of(Remedy remedy, const Failure& failure, const PolicyState& state) {
  switch (remedy) {
    case Remedy::GiveUp: break;
    case Remedy::OtherKeyOrProvider: {
      const Decision key = to_other_key(failure, state);
      return goes_on(key) ? key : elsewhere(failure, state);
    }
    case Remedy::OtherKeyOrWaitOrOtherProvider: {
      const Decision key = to_other_key(failure, state);
      return goes_on(key) ? key : wait_or_go_elsewhere(failure, state);
    }
    case Remedy::RepeatOnce:
      return state.attempt_count > 1 ? Decision{} : repeat_here(failure, state);
    case Remedy::RepeatOrOtherProvider: return wait_or_go_elsewhere(failure, state);
    case Remedy::OtherProvider: return elsewhere(failure, state);
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
  // "Too fast" is over soon: nobody's word for it parks a key for a day.
  if (failure.category == Category::Rate)
    decision.cool_down = std::min(decision.cool_down, retry_after_max);
  const bool is_about_model = failure.http_status == 429 || failure.category == Category::Rate;
  decision.cool_down_scope = is_about_model ? CoolDownScope::Model : CoolDownScope::Key;
}

// That the provider is there is said only by words of its own.
ProviderEffect provider_effect_of(ProviderEffect effect, const Failure& failure) {
  const bool is_stranger = failure.understood == Understood::No && failure.http_status != 0;
  if (effect != ProviderEffect::Answered) return effect;
  return is_stranger ? ProviderEffect::None : effect;
}

// What failed on this machine fails again, whichever key or provider is asked. Exceptions: a
// plugin, since another provider has another one, and a time limit, which the provider did not
// keep.
bool is_ours(const Failure& failure) {
  if (!failure.local_code || failure.category == Category::Plugin) return false;
  return failure.category != Category::Network || *failure.local_code != ErrorCode::Timeout;
}

}  // namespace

Decision decide(const AttemptOutcome& outcome, const PolicyState& state) {
  if (!outcome.failure) {
    Decision done = go_to(Step::Done);
    done.provider_effect = ProviderEffect::Answered;
    return done;
  }
  const Failure& failure = *outcome.failure;
  if (is_ours(failure)) return {};
  const CategoryPolicy& policy = policy_of(failure.category);
  Decision decision;
  if (state.delivered == Delivered::Nothing) decision = remedy_of(policy.remedy, failure, state);
  apply_key_effect(decision, policy.key_effect, failure);
  decision.provider_effect = provider_effect_of(policy.provider_effect, failure);
  return decision;
}

}  // namespace patchbay::host
