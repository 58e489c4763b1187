#include "plugins/gemini/status_error.hpp"

#include "plugins/shared/error_response.hpp"
#include "plugins/shared/words.hpp"
#include <patchbay/http_error.hpp>

#include <algorithm>
#include <utility>

namespace gemini {
namespace {

constexpr std::size_t message_size_max = 4096;

// A limit of zero is a model that the plan does not have, not one that is used up.
bool says_limit_zero(std::string_view message) {
  constexpr std::string_view words = "limit: 0";
  for (std::size_t at = message.find(words); at != message.npos; at = message.find(words, at + 1)) {
    const std::string_view after = message.substr(at + words.size());
    if (after.empty() || after.find_first_of("0123456789.") != 0) return true;
  }
  return false;
}

}  // namespace

std::uint64_t duration_ms(std::string_view text) {
  if (!text.ends_with('s')) return 0;
  text.remove_suffix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::uint64_t seconds = 0;
  if (!patchbay::read_decimal(text.substr(0, point), seconds)) return 0;
  seconds = std::min(seconds, patchbay::retry_after_ms_max / 1000);
  std::uint64_t ms = seconds * 1000;
  std::uint64_t unit_ms = 100;
  for (std::size_t i = point + 1; i < text.size(); ++i, unit_ms /= 10) {
    if (text[i] < '0' || text[i] > '9') return 0;
    if (unit_ms == 0) return ms + 1;  // at least that much is left of a millisecond
    ms += static_cast<std::uint64_t>(text[i] - '0') * unit_ms;
  }
  return ms;
}

void StatusError::select(patchbay::JsonReader& reader, std::string_view at) {
  const std::string error = std::string(at) + "error";
  reader.count(error + ".code", code_).text(error + ".status", status_, 64);
  reader.text(error + ".message", message_, message_size_max);
  reader.each(
      error + ".details[].reason",
      [this](std::string_view reason) {
        if (reason_.empty()) reason_ = reason;
      },
      128);
  reader.text(error + ".details[].retryDelay", retry_delay_, 64);
  reader.each(error + ".details[].violations[].quotaId", [this](std::string_view quota) {
    is_daily_ = is_daily_ || quota.find("PerDay") != quota.npos;
  });
}

bool StatusError::present() const {
  return !status_.empty() || (code_ != 0 && !message_.empty());
}

bool StatusError::says(std::string_view words) const {
  return shared::contains_words(message_, words);
}

std::uint32_t StatusError::category_of_denial() const {
  const bool lost = says("reported as leaked") || says("suspended") || says("api key expired") ||
                    reason_ == "CONSUMER_SUSPENDED" || reason_ == "API_KEY_INVALID";
  return lost ? PATCHBAY_ERR_AUTH_INVALID : PATCHBAY_ERR_AUTH_CONFIG;
}

std::uint32_t StatusError::category_of_exhaustion() const {
  if (is_daily_ || says_limit_zero(message_)) return PATCHBAY_ERR_QUOTA;
  if (!retry_delay_.empty()) return PATCHBAY_ERR_RATE;
  return says("quota") || says("billing") ? PATCHBAY_ERR_QUOTA : PATCHBAY_ERR_RATE;
}

std::uint32_t StatusError::category() const {
  const bool bad_key =
      reason_ == "API_KEY_INVALID" || says("api key not valid") || says("api key expired");
  if (bad_key || status_ == "UNAUTHENTICATED" || code_ == 401) return PATCHBAY_ERR_AUTH_INVALID;
  if (status_ == "PERMISSION_DENIED" || code_ == 403) return category_of_denial();
  if (status_ == "RESOURCE_EXHAUSTED" || code_ == 429) return category_of_exhaustion();
  if (status_ == "FAILED_PRECONDITION") {
    const bool place = says("location") || says("region") || says("country") || says("billing");
    return place ? PATCHBAY_ERR_AUTH_CONFIG : PATCHBAY_ERR_BAD_REQUEST;
  }
  if (status_ == "NOT_FOUND" || code_ == 404) return PATCHBAY_ERR_MODEL;
  if (code_ == 408 || code_ == 499 || code_ >= 500) return PATCHBAY_ERR_UPSTREAM;
  for (const std::string_view status :
       {"CANCELLED", "UNKNOWN", "DEADLINE_EXCEEDED", "ABORTED", "INTERNAL", "UNAVAILABLE"})
    if (status_ == status) return PATCHBAY_ERR_UPSTREAM;
  return PATCHBAY_ERR_BAD_REQUEST;
}

patchbay::Failure StatusError::failure(std::uint32_t http_status) const {
  patchbay::Failure failure(category(), message_.empty() ? status_ : message_);
  failure.http_status = http_status;
  failure.billed = patchbay::billed_of_status(http_status);
  // With a quota per day the provider still says "retry in seconds".
  if (failure.category != PATCHBAY_ERR_QUOTA) failure.retry_after_ms = duration_ms(retry_delay_);
  failure.provider_code = reason_.empty() ? status_ : reason_;
  failure.understood = true;
  return failure;
}

patchbay::Async<patchbay::Outcome> fail_from(const patchbay::Request& request,
                                             patchbay::Io& io,
                                             patchbay::Exchange& exchange) {
  StatusError error;
  patchbay::JsonReader reader;
  error.select(reader, "");
  error.select(reader, "[].");
  const bool is_json = co_await shared::read_error_json(io, exchange, reader);
  const std::uint32_t status = exchange.status();
  patchbay::Failure failure = shared::foreign_failure(status);
  if (is_json && error.present()) failure = error.failure(status);
  co_return shared::failed(request, io, exchange, std::move(failure));
}

}  // namespace gemini
