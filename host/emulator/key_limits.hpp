// How often a key may generate, and how much in all: refused as the provider refuses it.
#pragma once

#include "host/emulator/fault.hpp"
#include "host/emulator/key_ring.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace patchbay::emulator {

inline constexpr unsigned limited_key_rate = 2;  // generations a second of the limited key

struct KeyLimitOptions {
  unsigned rate = 0;        // generations a second of each key; 0: as many as come
  std::uint64_t quota = 0;  // generations that are billed to each key; 0: no end
};

class KeyLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit KeyLimits(KeyLimitOptions options) : options_(options) {}

  // Adds the fault that a generation by this key meets now, if any. One that is refused for its
  // rate does not count.
  void apply(
      const RequestSource& source, KeyKind kind, std::uint64_t billed, Time now, FaultSet& faults);

 private:
  KeyLimitOptions options_;
  std::map<std::pair<std::string, std::string>, std::deque<Time>> recent_;  // of the last second
};

}  // namespace patchbay::emulator
