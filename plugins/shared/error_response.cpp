#include "plugins/shared/error_response.hpp"

#include <patchbay/http_error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace shared {

patchbay::Async<bool> read_error_json(patchbay::Io& io,
                                      patchbay::Exchange& exchange,
                                      patchbay::JsonReader& reader) {
  try {
    co_await patchbay::read_json(io, exchange, reader);
  } catch (const patchbay::Failed& failed) {
    if (failed.failure().category != PATCHBAY_ERR_PROTOCOL) throw;
    co_return false;
  }
  co_return true;
}

patchbay::Failure foreign_failure(std::uint32_t http_status) {
  patchbay::Failure failure(patchbay::category_of_foreign_status(http_status),
                            "the provider answered " + std::to_string(http_status) +
                                " with a body that is not its error format");
  failure.http_status = http_status;
  failure.billed = patchbay::billed_of_status(http_status);
  return failure;
}

std::uint64_t wait_until_ms(std::string_view reset, std::uint64_t now_unix_ms) {
  constexpr std::uint64_t ms_at_least = 1'000'000'000'000;  // the year 2001
  std::uint64_t then = 0;
  if (!patchbay::read_decimal(reset, then) || then < ms_at_least || then <= now_unix_ms) return 0;
  return std::min(then - now_unix_ms, patchbay::retry_after_ms_max);
}

patchbay::Outcome failed(const patchbay::Request& request,
                         const patchbay::Io& io,
                         const patchbay::Exchange& exchange,
                         patchbay::Failure failure) {
  const bool names_model =
      request.operation() == PATCHBAY_OP_IMAGE || request.operation() == PATCHBAY_OP_CHAT;
  if (failure.category == PATCHBAY_ERR_MODEL && !names_model)
    failure.category = PATCHBAY_ERR_BAD_REQUEST;
  if (failure.retry_after_ms == 0)
    failure.retry_after_ms =
        patchbay::retry_after_ms(exchange.header("retry-after"), io.now_unix_ms());
  if (failure.retry_after_ms == 0)
    failure.retry_after_ms = wait_until_ms(exchange.header("x-ratelimit-reset"), io.now_unix_ms());
  return patchbay::fail(std::move(failure));
}

}  // namespace shared
