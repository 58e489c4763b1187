#include "host/check/heap.hpp"

#include <malloc.h>

namespace patchbay::check {

bool heap_is_countable() noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

std::uint64_t heap_in_use() noexcept {
  const struct mallinfo2 info = mallinfo2();
  return std::uint64_t{info.uordblks} + info.hblkhd;
}

}  // namespace patchbay::check
