// google.rpc.Status, the one error format of the API: what it says about key, account and request.
#pragma once

#include <patchbay/read.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace gemini {

// Collects {"error": {code, message, status, details}} from a response, or from inside a stream.
class StatusError {
 public:
  // `at` is "" or "[].": errors come wrapped in an array where the answer would be one.
  void select(patchbay::JsonReader& reader, std::string_view at);

  // Whether there was an error in the provider's own format.
  [[nodiscard]] bool present() const;
  // What it means, arriving with that HTTP status; the code inside it counts before the status.
  // Requires present().
  [[nodiscard]] patchbay::Failure failure(std::uint32_t http_status) const;

 private:
  [[nodiscard]] std::uint32_t category() const;
  [[nodiscard]] std::uint32_t category_of_denial() const;
  [[nodiscard]] std::uint32_t category_of_exhaustion() const;
  [[nodiscard]] bool says(std::string_view words) const;

  std::uint64_t code_ = 0;
  std::string status_;  // "INVALID_ARGUMENT"
  std::string message_;
  std::string reason_;  // of the ErrorInfo, "API_KEY_INVALID"
  std::string retry_delay_;
  bool is_daily_ = false;  // a quota per day is among the violations
};

// Reads the rest of an error response.
patchbay::Async<patchbay::Outcome> fail_from(const patchbay::Request& request,
                                             patchbay::Io& io,
                                             patchbay::Exchange& exchange);

// "34.074824224s" in milliseconds, rounded up; 0 where it is no duration.
[[nodiscard]] std::uint64_t duration_ms(std::string_view text);

}  // namespace gemini
