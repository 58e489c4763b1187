// Errors and structs on their way across the C interface.
#pragma once

#include "core/base/error.hpp"
#include "core/base/result.hpp"
#include <patchbay/host.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

struct patchbay_error {
  patchbay::Error error;
  std::string hint;  // the error's own, else the usual one of its code
};

namespace patchbay::embedding {

[[nodiscard]] patchbay_error error_object(Error error);
// For a caller who frees it. Never null, also where there is no memory left.
[[nodiscard]] patchbay_error* new_error(Error error) noexcept;

// Runs what may fail, and lets no exception across.
template <typename Work>
[[nodiscard]] patchbay_error* guarded(Work work) noexcept {
  try {
    Status status = work();
    return status.ok() ? nullptr : new_error(std::move(status).error());
  } catch (const std::bad_alloc&) {
    return new_error(Error{ErrorCode::Internal, "there is no memory left"});
  } catch (...) {
    return new_error(Error{ErrorCode::Internal, "an unexpected exception"});
  }
}

// The caller's struct, which may be older or newer than this library, as this library knows it.
template <typename Struct>
[[nodiscard]] Struct copied(const Struct* given) {
  static_assert(std::is_trivially_copyable_v<Struct>);
  Struct copy{};
  if (given != nullptr)
    std::memcpy(&copy, given, std::min<std::size_t>(given->struct_size, sizeof copy));
  copy.struct_size = sizeof copy;
  return copy;
}

// The other way: as much as the caller has room for. Requires its struct_size.
template <typename Struct>
void copy_out(const Struct& from, Struct& to) {
  const std::uint32_t size = to.struct_size;
  std::memcpy(&to, &from, std::min<std::size_t>(size, sizeof from));
  to.struct_size = std::min<std::uint32_t>(size, sizeof from);
}

[[nodiscard]] inline std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}
[[nodiscard]] inline bool is_given(const char* text) {
  return text != nullptr && *text != '\0';
}

[[nodiscard]] inline Error usage_error(std::string message, std::string hint = {}) {
  return Error{ErrorCode::Usage, std::move(message), std::move(hint)};
}

}  // namespace patchbay::embedding
