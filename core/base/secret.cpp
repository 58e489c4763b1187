#include "core/base/secret.hpp"

#include <sys/mman.h>

#include <cstring>
#include <unistd.h>

namespace patchbay {
namespace {

std::size_t page_size() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t rounded_up(std::size_t size) {
  const std::size_t page = page_size();
  return (size + page - 1) / page * page;
}

}  // namespace

void wipe(void* data, std::size_t size) noexcept {
  if (size > 0) explicit_bzero(data, size);
}

Result<SecretBytes> SecretBytes::allocate(std::size_t size) {
  SecretBytes secret;
  if (size == 0) return secret;
  const std::size_t inner = rounded_up(size);
  const std::size_t mapped = inner + 2 * page_size();
  void* region = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (region == MAP_FAILED) return Error{ErrorCode::Internal, "no memory for a secret"};
  auto* data = static_cast<std::uint8_t*>(region) + page_size();
  if (mprotect(data, inner, PROT_READ | PROT_WRITE) != 0) {
    munmap(region, mapped);
    return Error{ErrorCode::Internal, "no memory for a secret"};
  }
  secret.locked_ = mlock(data, inner) == 0;
  madvise(data, inner, MADV_DONTDUMP);
  madvise(data, inner, MADV_WIPEONFORK);
  secret.data_ = data;
  secret.size_ = size;
  secret.mapped_size_ = mapped;
  return secret;
}

Result<SecretBytes> SecretBytes::copy_of(std::span<const std::uint8_t> bytes) {
  SecretBytes secret = PATCHBAY_TRY(allocate(bytes.size()));
  if (!bytes.empty()) std::memcpy(secret.data_, bytes.data(), bytes.size());
  return secret;
}

Result<SecretBytes> SecretBytes::copy_of(std::string_view text) {
  return copy_of(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

SecretBytes::~SecretBytes() {
  if (data_ == nullptr) return;
  const std::size_t inner = mapped_size_ - 2 * page_size();
  wipe(data_, inner);
  if (locked_) munlock(data_, inner);
  munmap(data_ - page_size(), mapped_size_);
}

void SecretBytes::shrink(std::size_t size) noexcept {
  if (size >= size_) return;
  wipe(data_ + size, size_ - size);
  size_ = size;
}

void SecretBytes::swap(SecretBytes& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(mapped_size_, other.mapped_size_);
  std::swap(locked_, other.locked_);
}

}  // namespace patchbay
