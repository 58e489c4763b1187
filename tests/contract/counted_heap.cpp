#include "tests/contract/counted_heap.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <utility>

namespace {

// Test programs are the one place for state of the process: operator new has no other.
thread_local bool inside_plugin = false;
patchbay::contract::HeapCount counts;
std::int64_t allocations_left = -1;

void count(void* block, int sign) {
  if (!inside_plugin || block == nullptr) return;
  counts.live_bytes += sign * static_cast<std::int64_t>(malloc_usable_size(block));
  counts.allocations += sign > 0 ? 1 : 0;
  counts.peak_bytes = std::max(counts.peak_bytes, counts.live_bytes);
}

void* allocate(std::size_t size) {
  if (inside_plugin && allocations_left >= 0 && allocations_left-- == 0) throw std::bad_alloc();
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  count(block, +1);
  return block;
}
void release(void* block) noexcept {
  count(block, -1);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void* operator new(std::size_t size, std::align_val_t) {
  return allocate(size);
}
void operator delete(void* block) noexcept {
  release(block);
}
void operator delete[](void* block) noexcept {
  release(block);
}
void operator delete(void* block, std::size_t) noexcept {
  release(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  release(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  release(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  release(block);
}

namespace patchbay::contract {

void start_heap_count(std::int64_t failing) {
  counts = HeapCount();
  allocations_left = failing;
}
HeapCount heap_count() {
  allocations_left = -1;
  return counts;
}

Play counted(Play how) {
  how.boundary = [](bool inside) { inside_plugin = inside; };
  return how;
}

}  // namespace patchbay::contract
