// How an attempt ended: a whole answer, or a failure of one category of the taxonomy.
#pragma once

#include "core/base/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::host {

// What a failure says about the key, the provider and the request. The numbers are the plugin
// ABI's, PATCHBAY_ERR_*.
enum class Category : std::uint8_t {
  AuthInvalid = 1,
  AuthConfig = 2,
  Quota = 3,
  Rate = 4,
  Blocked = 5,
  NoOutput = 6,
  BadRequest = 7,
  Model = 8,
  Upstream = 9,
  Network = 10,
  Protocol = 11,
  Plugin = 12,
  Cancelled = 13,
};
[[nodiscard]] std::string_view to_string(Category category) noexcept;  // "auth_invalid", …
[[nodiscard]] ErrorCode error_code_of(Category category) noexcept;

enum class Billed : std::uint8_t { Unknown = 0, No = 1, Yes = 2 };
[[nodiscard]] std::string_view to_string(Billed billed) noexcept;  // "unknown", "no", "yes"

// Whether the failure is stated in the provider's own error format. Only such a failure may change
// the state of a key.
enum class Understood : std::uint8_t { No, Yes };

struct Failure {
  Category category = Category::Plugin;
  Billed billed = Billed::Unknown;
  Understood understood = Understood::No;
  unsigned http_status = 0;  // 0: none
  std::chrono::milliseconds retry_after{0};
  std::string provider_code;            // the provider's own, eg "API_KEY_INVALID"
  std::string message;                  // redacted
  std::optional<ErrorCode> local_code;  // where this machine failed: Output, Timeout, …
  std::string hint;                     // the next step, where it is not the code's usual one
};

// What a failed attempt looks like to a person: the upstream's words, and the next step.
[[nodiscard]] Error error_of(const Failure& failure, std::string_view provider);

inline constexpr std::string_view cost_told_by_provider = "provider";

struct Usage {
  std::optional<std::uint64_t> input_tokens;
  std::optional<std::uint64_t> output_tokens;
  std::optional<std::uint64_t> total_tokens;
  std::optional<std::uint64_t> images;
  std::optional<std::uint64_t> cost_nano_usd;  // 1e-9 US dollars
  std::string cost_source{};  // "provider", or "prices of 2026-11-23"; empty: the cost is not known
};

struct AttemptOutcome {
  std::optional<Failure> failure;  // empty: everything asked for was given
  Usage usage;
  std::vector<std::pair<std::string, std::string>> meta;   // "response_id", "model", "mapping", …
  std::optional<std::chrono::milliseconds> latency_first;  // to the first byte of the answer
  std::chrono::milliseconds latency{0};                    // in all
  std::uint64_t bytes_sent = 0;                            // of bodies
  std::uint64_t bytes_received = 0;                        // of bodies

  [[nodiscard]] bool ok() const { return !failure.has_value(); }
};

}  // namespace patchbay::host
