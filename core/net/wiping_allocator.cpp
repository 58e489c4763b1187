#include "core/net/wiping_allocator.hpp"

#include "core/base/secret.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

namespace patchbay::net {
namespace {

// NOLINTBEGIN(cppcoreguidelines-no-malloc): this is an allocator.
void wiping_free(void* memory) {
  if (memory == nullptr) return;
  wipe(memory, malloc_usable_size(memory));
  std::free(memory);
}

// The C library's own would move the bytes and leave the old ones behind.
void* wiping_realloc(void* memory, std::size_t size) {
  if (memory == nullptr) return std::malloc(size);
  if (size == 0) {
    wiping_free(memory);
    return nullptr;
  }
  const std::size_t usable = malloc_usable_size(memory);
  if (size <= usable && size >= usable / 2) return memory;
  void* const moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(size, usable));
  wiping_free(memory);
  return moved;
}
// NOLINTEND(cppcoreguidelines-no-malloc)

}  // namespace

Status use_wiping_allocator() {
  const CURLcode code = curl_global_init_mem(
      CURL_GLOBAL_DEFAULT, std::malloc, wiping_free, wiping_realloc, ::strdup, std::calloc);
  if (code == CURLE_OK) return {};
  return Error{.code = ErrorCode::Internal,
               .message = std::string("libcurl cannot start: ") + curl_easy_strerror(code),
               .hint = {},
               .provider = {}};
}

}  // namespace patchbay::net
