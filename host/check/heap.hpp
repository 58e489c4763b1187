// How much of the heap is in use, as the C library counts it.
#pragma once

#include <cstdint>

namespace patchbay::check {

// Not in a build with sanitizers, which bring their own heap.
[[nodiscard]] bool heap_is_countable() noexcept;
[[nodiscard]] std::uint64_t heap_in_use() noexcept;  // bytes

}  // namespace patchbay::check
