// What was asked and what was answered, counted: altogether, and for each key of each provider.
#pragma once

#include "core/base/mutex.hpp"
#include "host/emulator/emulator.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::emulator {

// Any thread may read.
class Ledger {
 public:
  // A reply that is about to be sent.
  void begin(const RequestSource& source, const Reply& reply, const FaultSet& faults);
  // One of them is over, however it ended.
  void end();
  // Forgets everything but what is under way.
  void reset();

  [[nodiscard]] Counts counts() const;
  [[nodiscard]] std::vector<KeyCounts> key_counts() const;
  [[nodiscard]] std::uint64_t billed(const RequestSource& source) const;

 private:
  mutable Mutex mutex_;
  Counts counts_ PATCHBAY_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, std::string>, KeyCounts> keys_ PATCHBAY_GUARDED_BY(mutex_);
};

}  // namespace patchbay::emulator
