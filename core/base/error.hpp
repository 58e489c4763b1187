// What can go wrong, as data: a stable code for programs, words and a next step for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace patchbay {

// Stable across releases; see error_codes.def for each one's meaning.
enum class ErrorCode : std::uint8_t {
#define PATCHBAY_ERROR(name, code, exit_code, retry, meaning, advice) name,
#include "core/base/error_codes.def"
#undef PATCHBAY_ERROR
};

enum class Retry : std::uint8_t { No, Later };

// One row of the table behind ErrorCode.
struct ErrorDescription {
  ErrorCode code;
  std::string_view name;     // what `--json` prints, eg "auth_invalid"
  int exit_code;             // of the command line
  Retry retry;               // Later: the same request may succeed another time
  std::string_view meaning;  // for the documentation
  std::string_view advice;   // the next step when an Error has no hint of its own
};

[[nodiscard]] const ErrorDescription& describe(ErrorCode code) noexcept;
[[nodiscard]] std::span<const ErrorDescription> error_descriptions() noexcept;

struct Error {
  ErrorCode code;
  std::string message;                       // what happened, on what, and why; never a secret
  std::string hint{};                        // what to do next; empty: describe(code).advice
  std::string provider{};                    // the provider's name where there is one
  std::chrono::milliseconds retry_after{0};  // when the same may succeed; 0: not known
};

}  // namespace patchbay
