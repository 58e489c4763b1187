// What was paid for, or may have been, and gave nothing.
#pragma once

#include "host/outcome.hpp"

#include <cstddef>

namespace patchbay::host {

// In calls of a provider.
struct Losses {
  std::size_t billed = 0;
  std::size_t maybe_billed = 0;  // whether it was billed is known to the provider alone

  [[nodiscard]] bool empty() const { return billed == 0 && maybe_billed == 0; }
  friend bool operator==(const Losses&, const Losses&) = default;
};

inline void add_losses(Losses& sum, const Losses& more) {
  sum.billed += more.billed;
  sum.maybe_billed += more.maybe_billed;
}

[[nodiscard]] inline Losses losses_of(const AttemptOutcome& outcome) {
  if (outcome.ok() || outcome.failure->billed == Billed::No) return {};
  return outcome.failure->billed == Billed::Yes ? Losses{1, 0} : Losses{0, 1};
}

}  // namespace patchbay::host
