// Bytes that must not leak: guarded pages, wiped on release, impossible to print or copy.
#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace patchbay {

// Owns one region of its own pages: inaccessible pages on both sides, locked in memory where the
// limit allows, left out of core dumps and of forked children, overwritten before release.
class SecretBytes {
 public:
  SecretBytes() noexcept = default;
  [[nodiscard]] static Result<SecretBytes> allocate(std::size_t size);
  // Copies; the caller wipes its own bytes.
  [[nodiscard]] static Result<SecretBytes> copy_of(std::span<const std::uint8_t> bytes);
  [[nodiscard]] static Result<SecretBytes> copy_of(std::string_view text);

  SecretBytes(SecretBytes&& other) noexcept { swap(other); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    SecretBytes moved(std::move(other));
    swap(moved);
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  // Gives up the end of the region: for buffers allocated at their limit.
  void shrink(std::size_t size) noexcept;

  // The views are valid while this object lives. Name the reason where they are used.
  [[nodiscard]] std::span<const std::uint8_t> expose() const noexcept { return {data_, size_}; }
  [[nodiscard]] std::span<std::uint8_t> expose() noexcept { return {data_, size_}; }
  [[nodiscard]] std::string_view expose_text() const noexcept {
    return {reinterpret_cast<const char*>(data_), size_};
  }
  // False where RLIMIT_MEMLOCK did not allow it; `patchbay doctor` reports that.
  [[nodiscard]] bool locked() const noexcept { return locked_; }

 private:
  void swap(SecretBytes& other) noexcept;

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_size_ = 0;  // guard pages included
  bool locked_ = false;
};

// Overwrites memory in a way that the optimiser must keep.
void wipe(void* data, std::size_t size) noexcept;

}  // namespace patchbay
