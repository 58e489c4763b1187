#include "core/net/curl_failure.hpp"

#include "core/base/text.hpp"

#include <curl/curl.h>

namespace patchbay::net {
namespace {

NetFailureKind kind_of(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return NetFailureKind::Resolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY: return NetFailureKind::Connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED: return NetFailureKind::Tls;
    case CURLE_OPERATION_TIMEDOUT:
      if (failure.request_begun) return NetFailureKind::Timeout;
      return failure.resolved ? NetFailureKind::Connect : NetFailureKind::Resolve;
    default: return failure.request_begun ? NetFailureKind::Broken : NetFailureKind::Connect;
  }
}

std::string opening_of(NetFailureKind kind, std::string_view server) {
  const std::string name(server);
  switch (kind) {
    case NetFailureKind::Resolve: return "cannot look up the address of " + name;
    case NetFailureKind::Connect: return "cannot connect to " + name;
    case NetFailureKind::Tls: return "no trusted TLS connection to " + name;
    default: return "the exchange with " + name + " broke off";
  }
}

}  // namespace

NetFailure failure_of(const CurlFailure& failure) {
  const NetFailureKind kind = kind_of(failure);
  std::string words(failure.words);
  if (words.empty()) words = curl_easy_strerror(static_cast<CURLcode>(failure.code));
  if (failure.code == CURLE_OPERATION_TIMEDOUT && !failure.request_begun) {
    words = "no success within " + in_words(failure.connect_timeout);
  }
  // That is how libcurl 7.88 says that a line of the head is beyond its 100 KiB.
  if (failure.code == CURLE_OUT_OF_MEMORY && failure.request_begun)
    words = "a header of the answer is too large, or memory ran out";
  return NetFailure{
      .kind = kind,
      .message = opening_of(kind, failure.server) + ": " + printable(shortened(words, 300)),
      .sent = failure.request_begun};
}

std::string in_words(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count < 1000) return std::to_string(count) + " ms";
  std::string text = std::to_string(count / 1000);
  if (const auto tenths = count % 1000 / 100; tenths != 0) text += "." + std::to_string(tenths);
  return text + " s";
}

}  // namespace patchbay::net
