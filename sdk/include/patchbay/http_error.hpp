// What an error response of the usual shapes means: {"error": {"message", "code", "type"}},
// {"error": "…"} or {"message": "…"}, with a status that is used as its RFC says. An adapter whose
// provider uses a status for something else classifies by itself.
#pragma once

#include <patchbay/read.hpp>
#include <patchbay/retry_after.hpp>

#include <cstdint>
#include <string>

namespace patchbay::inline v1 {

[[nodiscard]] inline std::uint32_t category_of_status(std::uint32_t status) noexcept {
  switch (status) {
    case 401: return PATCHBAY_ERR_AUTH_INVALID;
    case 402: return PATCHBAY_ERR_QUOTA;
    case 403: return PATCHBAY_ERR_AUTH_CONFIG;
    case 404: return PATCHBAY_ERR_MODEL;
    case 408: return PATCHBAY_ERR_UPSTREAM;
    case 429: return PATCHBAY_ERR_RATE;
    default: break;
  }
  if (status >= 500) return PATCHBAY_ERR_UPSTREAM;
  return status >= 400 ? PATCHBAY_ERR_BAD_REQUEST : PATCHBAY_ERR_PROTOCOL;
}
// The same where the body is not the provider's: it says nothing about a key or a model.
[[nodiscard]] inline std::uint32_t category_of_foreign_status(std::uint32_t status) noexcept {
  const std::uint32_t category = category_of_status(status);
  const bool telling = category == PATCHBAY_ERR_UPSTREAM || category == PATCHBAY_ERR_RATE ||
                       category == PATCHBAY_ERR_BAD_REQUEST;
  if (!telling) return PATCHBAY_ERR_PROTOCOL;
  return category;
}
// A refused request costs nothing; one that failed in the middle may.
[[nodiscard]] inline std::uint32_t billed_of_status(std::uint32_t status) noexcept {
  const bool refused = status >= 400 && status < 499 && status != 408;
  return refused || status == 503 ? PATCHBAY_BILLED_NO : PATCHBAY_BILLED_UNKNOWN;
}

inline Async<Outcome> Io::fail_from(Exchange& exchange) {
  Failure failure;
  std::string type;
  JsonReader reader;
  for (const char* path : {"message", "error", "error.message"}) reader.text(path, failure.message);
  reader.text("error.type", type, 128).text("error.code", failure.provider_code, 128);
  try {
    co_await read_json(*this, exchange, reader);
  } catch (const Failed& failed) {
    if (failed.failure().category != PATCHBAY_ERR_PROTOCOL) throw;
    failure.message.clear();  // a proxy's page says nothing about the key
  }
  const std::uint32_t status = exchange.status();
  failure.understood = !failure.message.empty();
  failure.category =
      failure.understood ? category_of_status(status) : category_of_foreign_status(status);
  failure.billed = billed_of_status(status);
  failure.http_status = status;
  failure.retry_after_ms = retry_after_ms(exchange.header("retry-after"), now_unix_ms_);
  if (failure.provider_code.empty()) failure.provider_code = type;
  if (!failure.understood)
    failure.message = "the provider answered " + std::to_string(status) + " without an explanation";
  co_return fail(std::move(failure));
}

}  // namespace patchbay::inline v1
