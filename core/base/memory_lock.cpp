#include "core/base/memory_lock.hpp"

#include <sys/mman.h>

#include <unistd.h>

namespace patchbay {

std::size_t lockable_memory(std::size_t size_max) noexcept {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t pages_max = size_max / page;
  if (pages_max == 0) return 0;
  void* region =
      mmap(nullptr, pages_max * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (region == MAP_FAILED) return 0;
  const auto can_lock = [&](std::size_t pages) {
    const bool locked = mlock(region, pages * page) == 0;
    if (locked) munlock(region, pages * page);
    return locked;
  };
  std::size_t pages = can_lock(pages_max) ? pages_max : 0;
  // The most that can be locked is at least `pages`, and less than `too_many` or all of it.
  for (std::size_t too_many = pages_max; too_many - pages > 1;) {
    const std::size_t middle = pages + (too_many - pages) / 2;
    (can_lock(middle) ? pages : too_many) = middle;
  }
  munmap(region, pages_max * page);
  return pages * page;
}

}  // namespace patchbay
