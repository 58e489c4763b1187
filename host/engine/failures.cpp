#include "host/engine/failures.hpp"

#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

// Words are looked at this far, so that a reply of megabytes costs nothing.
constexpr std::size_t looked_at_max = std::size_t{64} << 10U;

Category category_of(std::uint32_t number) {
  const bool known = number >= PATCHBAY_ERR_AUTH_INVALID && number <= PATCHBAY_ERR_PLUGIN;
  // CANCELLED is not the adapter's to say: whoever cancels knows.
  return known ? static_cast<Category>(number) : Category::Plugin;
}

Billed billed_of(std::uint32_t number) {
  return number <= PATCHBAY_BILLED_YES ? static_cast<Billed>(number) : Billed::Unknown;
}

}  // namespace

std::string shown(std::string_view text, std::size_t size_max, const Redactor& redactor) {
  return shortened(printable(redactor.redact(text.substr(0, looked_at_max))), size_max);
}

Failure failure_of(const patchbay_failure& reported, const Redactor& redactor) {
  Failure failure;
  failure.category = category_of(reported.category);
  failure.billed = billed_of(reported.billed);
  failure.understood = reported.understood == 1 ? Understood::Yes : Understood::No;
  failure.http_status = reported.http_status <= 999 ? reported.http_status : 0;
  const auto believed = static_cast<std::uint64_t>(retry_after_believed_max.count());
  failure.retry_after =
      std::chrono::milliseconds(std::min<std::uint64_t>(reported.retry_after_ms, believed));
  failure.provider_code = shown(view_of(reported.provider_code), provider_code_size_max, redactor);
  failure.message = shown(view_of(reported.message), failure_message_size_max, redactor);
  if (failure.message.empty())
    failure.message =
        std::string("no reason was given (") + std::string(to_string(failure.category)) + ")";
  return failure;
}

Failure failure_of(const net::NetFailure& reported) {
  Failure failure;
  failure.category = Category::Network;
  failure.message = reported.message;
  switch (reported.kind) {
    case net::NetFailureKind::Timeout: failure.local_code = ErrorCode::Timeout; break;
    case net::NetFailureKind::TooLarge: failure.category = Category::Protocol; break;
    case net::NetFailureKind::Policy: failure.local_code = ErrorCode::Network; break;
    default: break;
  }
  return failure;
}

Failure failure_of(const Error& error) {
  Failure failure;
  failure.message = error.message;
  failure.hint = error.hint;
  switch (error.code) {
    case ErrorCode::Protocol: failure.category = Category::Protocol; break;
    case ErrorCode::Plugin:
      failure.category = Category::Plugin;
      failure.local_code = ErrorCode::Plugin;
      break;
    case ErrorCode::BadInput:
    case ErrorCode::NoAdapter:
      failure.category = Category::BadRequest;
      failure.local_code = error.code;
      break;
    case ErrorCode::NotConfigured:
    case ErrorCode::Tampered:
    case ErrorCode::NotAllowed:
      failure.category = Category::AuthConfig;
      failure.local_code = error.code;
      break;
    default:
      // Neither the key nor the provider is to blame for what happened here.
      failure.category = Category::NoOutput;
      failure.local_code = error.code;
      break;
  }
  return failure;
}

Failure timed_out(std::chrono::milliseconds deadline) {
  Failure failure;
  failure.category = Category::Network;
  failure.local_code = ErrorCode::Timeout;
  const auto tenths = (deadline.count() + 50) / 100;
  failure.message = "the request did not finish within " + std::to_string(tenths / 10) + "." +
                    std::to_string(tenths % 10) + " s";
  return failure;
}

Failure cancelled() {
  Failure failure;
  failure.category = Category::Cancelled;
  failure.message = "the request was interrupted";
  return failure;
}

std::uint32_t abi_fail_kind(net::NetFailureKind kind) noexcept {
  switch (kind) {
    case net::NetFailureKind::Timeout: return PATCHBAY_FAIL_TIMEOUT;
    case net::NetFailureKind::TooLarge: return PATCHBAY_FAIL_LIMIT;
    case net::NetFailureKind::Policy: return PATCHBAY_FAIL_POLICY;
    default: return PATCHBAY_FAIL_NETWORK;
  }
}

bool hides_host_failure(const Failure& reported, const Failure& seen) {
  if (reported.understood == Understood::Yes) return false;
  // What the host refused on this machine no adapter can know better.
  if (seen.local_code && seen.local_code != ErrorCode::Timeout) return true;
  return reported.category == Category::Network || reported.category == Category::Protocol ||
         reported.category == Category::Plugin || reported.category == Category::Upstream;
}

}  // namespace patchbay::host
