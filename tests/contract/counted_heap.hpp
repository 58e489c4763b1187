// Counts what a plugin allocates, and makes a chosen allocation fail. Replaces the global operator
// new of the test program that links counted_heap.cpp, which plugins share with their host.
#pragma once

#include "tests/contract/session_player.hpp"

#include <cstdint>

namespace patchbay::contract {

struct HeapCount {
  std::int64_t live_bytes = 0;
  std::int64_t peak_bytes = 0;
  std::int64_t allocations = 0;
};

// From here on; `failing` is the number of the allocation that fails, counted from 0, or -1.
void start_heap_count(std::int64_t failing = -1);
[[nodiscard]] HeapCount heap_count();

// `how` with every call into the plugin counted.
[[nodiscard]] Play counted(Play how);

}  // namespace patchbay::contract
