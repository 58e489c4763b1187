// What follows from how an attempt ended. Pure: the table of outcomes, and nothing else.
#pragma once

#include "host/outcome.hpp"
#include "host/request.hpp"

#include <chrono>
#include <cstdint>

namespace patchbay::host {

enum class Step : std::uint8_t { Done, RetryHere, NextKey, NextProvider, GiveUp };

// What happens to the key that was used.
enum class KeyEffect : std::uint8_t {
  None,
  ConfirmThenDeactivate,  // inactive once the provider's cheapest check fails the same way
  CoolDown,
};
// A 429 is about one model; a refusal for want of credit is about the whole key.
enum class CoolDownScope : std::uint8_t { Model, Key };

// What the attempt says about the provider.
enum class ProviderEffect : std::uint8_t {
  None,
  Answered,        // it is there, whatever it thought of the request
  UpstreamFailed,  // counts towards a pause
  PluginFailed,    // likewise, of its adapter
};

enum class MayChangeProvider : std::uint8_t {
  No,  // the caller named one
  Yes,
};
// Whether the caller has got a part of the answer, which cannot be taken back.
enum class Delivered : std::uint8_t { Nothing, Something };

// Where a request stands when an attempt has ended.
struct PolicyState {
  unsigned attempt_count = 1;  // of this candidate, the ended one included
  unsigned attempt_count_max = 3;
  bool has_next_key = false;  // of the same provider
  bool has_next_provider = false;
  bool names_model = false;  // the caller did, in the words of one provider
  MayRepeat may_repeat = MayRepeat::NotBilledOnly;
  MayChangeProvider may_change_provider = MayChangeProvider::No;
  Delivered delivered = Delivered::Nothing;
  std::chrono::milliseconds time_left{0};  // until the request's deadline
  std::uint32_t random = 0;                // for the jitter
};

struct Decision {
  Step step = Step::GiveUp;
  std::chrono::milliseconds delay{0};  // RetryHere: before it
  KeyEffect key_effect = KeyEffect::None;
  std::chrono::milliseconds cool_down{0};  // CoolDown: for how long
  CoolDownScope cool_down_scope = CoolDownScope::Model;
  ProviderEffect provider_effect = ProviderEffect::None;

  friend bool operator==(const Decision&, const Decision&) = default;
};

inline constexpr std::chrono::milliseconds retry_delay_first{500};
inline constexpr std::chrono::milliseconds retry_delay_max{8'000};
inline constexpr std::chrono::milliseconds retry_after_max{300'000};  // a provider's word, at most
inline constexpr std::chrono::milliseconds rate_cool_down{30'000};
inline constexpr std::chrono::milliseconds quota_cool_down{3'600'000};
// Rather than wait longer than this, a request goes to another provider.
inline constexpr std::chrono::milliseconds patience_max{5'000};
// Nothing new is begun with less time than this.
inline constexpr std::chrono::milliseconds new_attempt_time_min{100};

[[nodiscard]] Decision decide(const AttemptOutcome& outcome, const PolicyState& state);

}  // namespace patchbay::host
