// Structs of the ABI as hosts of other versions would hand them over.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <unistd.h>

namespace patchbay::check {

enum class Room : std::uint8_t {
  Exact,    // as long as this host knows it
  Guarded,  // the same, before a page that nobody may touch: reading further is a fault
  Larger,   // of a newer host: longer, the rest of it of unknown meaning
};

// Owns one such struct.
template <typename Struct>
class PlacedStruct {
  static_assert(std::is_trivially_copyable_v<Struct>);

 public:
  PlacedStruct(Room room, const Struct& value) : room_(room) {
    room == Room::Guarded ? allocate_pages() : allocate_block();
    *this = value;
  }
  PlacedStruct(const PlacedStruct&) = delete;
  PlacedStruct& operator=(const PlacedStruct&) = delete;
  ~PlacedStruct() {
    if (room_ == Room::Guarded) {
      munmap(block_, 2 * page_size());
    } else {
      std::free(block_);
    }
  }

  PlacedStruct& operator=(const Struct& value) {
    std::memcpy(value_, &value, sizeof value);
    set_size();
    return *this;
  }
  // For what the other side is to fill.
  void poison() {
    std::memset(value_, 0xA5, sizeof(Struct));
    set_size();
  }
  [[nodiscard]] Struct* get() const noexcept { return value_; }
  Struct* operator->() const noexcept { return value_; }

 private:
  static constexpr std::uint32_t unknown_size = 64;  // bytes
  static std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

  [[nodiscard]] std::uint32_t size_here() const {
    return sizeof(Struct) + (room_ == Room::Larger ? unknown_size : 0);
  }
  void set_size() { value_->struct_size = size_here(); }
  void allocate_block() {
    const std::size_t size = size_here();
    block_ = std::malloc(size);
    if (block_ == nullptr) throw std::bad_alloc();
    std::memset(block_, 0xA5, size);
    value_ = static_cast<Struct*>(block_);
  }
  void allocate_pages() {
    static_assert(sizeof(Struct) <= 4096 && sizeof(Struct) % alignof(Struct) == 0);
    const std::size_t size = page_size();
    block_ = mmap(nullptr, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block_ == MAP_FAILED) throw std::bad_alloc();
    char* const edge = static_cast<char*>(block_) + size;
    if (mprotect(edge, size, PROT_NONE) != 0) throw std::bad_alloc();
    value_ = reinterpret_cast<Struct*>(edge - sizeof(Struct));
  }

  Room room_;
  void* block_ = nullptr;
  Struct* value_ = nullptr;
};

}  // namespace patchbay::check
