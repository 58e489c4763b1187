// HTTP exchanges over libcurl, many at once on one loop.
#pragma once

#include "core/base/secret.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/url.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::net {

struct Header {
  std::string name;
  std::string value;
};

// A header whose value is `prefix` and the secret. Attached last, wiped with the exchange.
struct CredentialHeader {
  std::string name;
  std::string prefix;
  SecretBytes secret;
};

// What is sent: pulled by the client as the connection takes it.
class BodySource {
 public:
  virtual ~BodySource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Fills the front of `out`; the count of bytes, 0 at the end. Errors end the exchange.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> out) = 0;
  // Back to the start, for whoever sends it a second time. The client never does: once a byte was
  // taken, what becomes of the request is unknown, and a repetition could be billed twice.
  [[nodiscard]] virtual Status rewind() = 0;
};

struct HttpRequest {
  std::string method = "GET";
  Url url;
  std::vector<Header> headers;
  std::optional<CredentialHeader> credential;
  std::unique_ptr<BodySource> body;  // null: none
  AllowPrivate allow_private = AllowPrivate::No;
  std::chrono::milliseconds deadline{300'000};  // for the whole exchange
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds idle_timeout{60'000};  // between bytes, once the answer has begun
  std::uint64_t response_size_max = std::uint64_t{256} << 20U;
};

enum class NetFailureKind : std::uint8_t {
  Resolve,
  Connect,
  Tls,
  Broken,
  Timeout,
  TooLarge,
  Policy,
  Cancelled
};

struct NetFailure {
  NetFailureKind kind = NetFailureKind::Broken;
  std::string message;  // never holds the credential
  bool sent = true;     // false: no byte of the request left this machine
};

enum class Flow : std::uint8_t { Continue, Pause };

// Called on the loop's thread. After on_end or on_fail nothing more comes; an observer may start or
// cancel exchanges from inside any of these.
class HttpObserver {
 public:
  virtual ~HttpObserver() = default;
  // Once, for the final head. Names in lower case; those that carry state or echo the request
  // (Set-Cookie, the credential's own, …) are dropped.
  virtual void on_head(unsigned status, std::span<const Header> headers) = 0;
  // Pause: these bytes count as delivered; neither more nor on_end() come until resume(). The
  // deadline runs on, the idle limit does not.
  [[nodiscard]] virtual Flow on_data(std::span<const std::uint8_t> bytes) = 0;
  virtual void on_end() = 0;
  virtual void on_fail(const NetFailure& failure) = 0;
};

using ExchangeId = std::uint64_t;

struct HttpClientOptions {
  std::filesystem::path ca_file;  // empty: the system's
  // Empty: none; the environment's *_proxy is never read. Not used for this machine itself. Its own
  // address may be private.
  std::string proxy_url;
  std::string user_agent = "patchbay";
  std::size_t connections_max = 64;  // open at once; further exchanges wait within their deadline
};

// Follows no redirect (a 3xx answer is delivered as it is), speaks HTTP/1.1 only, asks for no
// compression and fails an answer that uses one, checks the address that it connects to. Where a
// kept connection turns out dead it repeats a GET or HEAD, and what it took no byte of the body of,
// and nothing else. Must go before its loop.
class HttpClient {
 public:
  [[nodiscard]] static Result<std::unique_ptr<HttpClient>> create(EventLoop& loop,
                                                                  const HttpClientOptions& options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;  // aborts what runs, without telling the observers

  // The observer must outlive the exchange; it is first called after this returned.
  // Errors: BadInput for a header with control characters or a URL that the policy refuses.
  [[nodiscard]] virtual Result<ExchangeId> start(HttpRequest request, HttpObserver& observer) = 0;
  // The observer hears nothing more. Ids that are over are ignored, also by resume().
  virtual void cancel(ExchangeId exchange) = 0;
  virtual void resume(ExchangeId exchange) = 0;

 protected:
  HttpClient() = default;
};

}  // namespace patchbay::net
