// A session of an adapter, wherever its code runs.
#pragma once

#include "core/base/result.hpp"
#include <patchbay/plugin.h>

#include <cstdint>
#include <optional>

namespace patchbay::host {

// What one input may cause before the next: an adapter that never comes to rest is stopped.
inline constexpr std::uint64_t actions_per_input_max = 1'000'000;

// Closed when it is dropped. One thread at a time.
class AdapterSession {
 public:
  virtual ~AdapterSession() = default;

  // Only after next() answered IDLE. What `payload` points to stays valid until it does so again.
  [[nodiscard]] virtual Status feed(std::uint32_t kind, std::uint64_t id, const void* payload) = 0;
  // The next action; its payload, already checked, is valid until the next call. Empty where the
  // adapter still computes: ask again when told so. Errors: Plugin; of the first call also BadInput
  // and NoAdapter, as the adapter refuses the request.
  [[nodiscard]] virtual Result<std::optional<patchbay_action>> next() = 0;
  // Lets the adapter come to an end by itself: one round, whatever it says.
  virtual void cancel() = 0;
};

}  // namespace patchbay::host
