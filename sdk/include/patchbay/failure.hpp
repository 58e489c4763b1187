// How a session ends: done, or with one failure of the host's taxonomy.
#pragma once

#include <patchbay/plugin.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::inline v1 {

// The fields of patchbay_failure. It has constructors on purpose: g++ 12 destroys the members of an
// aggregate twice where a temporary of it stands in a co_await expression.
class Failure {
 public:
  Failure() = default;
  Failure(std::uint32_t failure_category, std::string text)
      : category(failure_category), message(std::move(text)) {}

  std::uint32_t category = PATCHBAY_ERR_PLUGIN;  // PATCHBAY_ERR_*
  std::uint32_t billed = PATCHBAY_BILLED_UNKNOWN;
  std::uint32_t http_status = 0;     // 0 where there was none
  bool understood = false;           // the body was this provider's own error format
  std::uint64_t retry_after_ms = 0;  // 0 where the provider did not say
  std::string provider_code;         // the provider's own, eg "API_KEY_INVALID"
  std::string message;               // the provider's own words where it used any
};

// Throw it anywhere below Adapter::run(); the session ends with exactly this failure.
class Failed : public std::exception {
 public:
  explicit Failed(Failure failure) : failure_(std::move(failure)) {}
  Failed(std::uint32_t category, std::string message) : failure_(category, std::move(message)) {}

  [[nodiscard]] const char* what() const noexcept override { return failure_.message.c_str(); }
  [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

 private:
  Failure failure_;
};

// What Adapter::run() returns.
class [[nodiscard]] Outcome {
 public:
  Outcome() = default;
  explicit Outcome(Failure failure) : failure_(std::move(failure)) {}
  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }

 private:
  std::optional<Failure> failure_;
};

// Everything asked for was given.
inline Outcome done() {
  return {};
}
inline Outcome fail(Failure failure) {
  return Outcome(std::move(failure));
}
inline Outcome fail(std::uint32_t category, std::string message) {
  return Outcome(Failure(category, std::move(message)));
}

}  // namespace patchbay::inline v1
