// How much memory can be kept out of the swap space.
#pragma once

#include <cstddef>

namespace patchbay {

// The bytes that this process can lock in memory now, found by trying; at most `size_max`.
[[nodiscard]] std::size_t lockable_memory(std::size_t size_max) noexcept;

}  // namespace patchbay
