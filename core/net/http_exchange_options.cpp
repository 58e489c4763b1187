#include "core/net/http_exchange.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <limits>

namespace patchbay::net {

// Sets options and remembers whether all were taken.
class EasyOptions {
 public:
  explicit EasyOptions(CURL* easy) : easy_(easy) {}

  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (code != CURLE_OK) refused_ = code;
  }
  [[nodiscard]] CURLcode refused() const { return refused_; }

 private:
  CURL* easy_;
  CURLcode refused_ = CURLE_OK;
};

namespace {

static_assert(CURL_ERROR_SIZE <= 256);

constexpr long tcp_keepalive_idle_s = 45;
constexpr long connection_lifetime_max_s = 3600;
// Below the five seconds after which the quickest servers in common use close a silent connection:
// a request with a body is not repeated, so it must not meet that moment.
constexpr long connection_idle_max_with_body_s = 4;
constexpr long connection_idle_max_s = 60;

long milliseconds(std::chrono::milliseconds duration) {
  constexpr auto longest = static_cast<std::int64_t>(std::numeric_limits<int>::max());
  return static_cast<long>(std::clamp<std::int64_t>(duration.count(), 1, longest));
}

}  // namespace

Status HttpExchange::set_options() {
  EasyOptions options(easy_.get());
  set_protocol_options(options);
  set_trust_options(options);
  set_body_options(options);
  set_callbacks(options);
  if (options.refused() == CURLE_OK) return {};
  return Error{
      .code = ErrorCode::Internal,
      .message = std::string("libcurl refuses a setting: ") + curl_easy_strerror(options.refused()),
      .hint = {},
      .provider = {}};
}

void HttpExchange::set_protocol_options(EasyOptions& options) {
  const bool has_body = request_.body != nullptr;
  options.set(CURLOPT_URL, request_.url.text().c_str());
  options.set(CURLOPT_PATH_AS_IS, 1L);
  options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  options.set(CURLOPT_PROTOCOLS_STR,
              request_.allow_private == AllowPrivate::Yes ? "http,https" : "https");
  options.set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  options.set(CURLOPT_FOLLOWLOCATION, 0L);
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  options.set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  options.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  options.set(CURLOPT_USERAGENT, context_.options.user_agent.c_str());
  options.set(CURLOPT_PROXY, through_proxy_ ? context_.options.proxy_url.c_str() : "");
  options.set(CURLOPT_NOPROXY, "");
  options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_QUICK_EXIT, 1L);
  options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request_.connect_timeout));
  options.set(CURLOPT_TCP_KEEPALIVE, 1L);
  options.set(CURLOPT_TCP_KEEPIDLE, tcp_keepalive_idle_s);
  options.set(CURLOPT_TCP_KEEPINTVL, tcp_keepalive_idle_s);
  options.set(CURLOPT_MAXLIFETIME_CONN, connection_lifetime_max_s);
  options.set(CURLOPT_MAXAGE_CONN,
              has_body ? connection_idle_max_with_body_s : connection_idle_max_s);
}

void HttpExchange::set_trust_options(EasyOptions& options) {
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_SSL_VERIFYPEER, 1L);
  options.set(CURLOPT_SSL_VERIFYHOST, 2L);
  options.set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_SHARE, context_.share);
  if (context_.options.ca_file.empty()) return;
  // Instead of the system's authorities, not beside them.
  const std::string file = context_.options.ca_file.string();
  options.set(CURLOPT_CAINFO, file.c_str());
  options.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  options.set(CURLOPT_PROXY_CAINFO, file.c_str());
  options.set(CURLOPT_PROXY_CAPATH, static_cast<const char*>(nullptr));
}

void HttpExchange::set_body_options(EasyOptions& options) const {
  const bool is_idempotent = request_.method == "GET" || request_.method == "HEAD" ||
                             request_.method == "OPTIONS" || request_.method == "DELETE";
  if (request_.method == "HEAD") options.set(CURLOPT_NOBODY, 1L);
  if (request_.body == nullptr && is_idempotent) {
    if (request_.method != "HEAD") options.set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    return;
  }
  const std::uint64_t size = request_.body == nullptr ? 0 : request_.body->size();
  options.set(CURLOPT_UPLOAD, 1L);
  options.set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  options.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
}

void HttpExchange::set_callbacks(EasyOptions& options) {
  using Self = HttpExchange;
  options.set(CURLOPT_PRIVATE, static_cast<void*>(this));
  options.set(CURLOPT_ERRORBUFFER, words_.data());
  options.set(CURLOPT_HTTPHEADER, headers_.first());

  options.set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  options.set(
      CURLOPT_OPENSOCKETFUNCTION,
      +[](void* self, curlsocktype, curl_sockaddr* address) -> curl_socket_t {
        return static_cast<Self*>(self)->open_socket(*address);
      });
  // The pool may close the socket long after this exchange is gone.
  options.set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&context_.sockets));
  options.set(
      CURLOPT_CLOSESOCKETFUNCTION, +[](void* sockets, curl_socket_t fd) -> int {
        static_cast<CurlSockets*>(sockets)->close(fd);
        return 0;
      });
  options.set(CURLOPT_PREREQDATA, static_cast<void*>(this));
  options.set(
      CURLOPT_PREREQFUNCTION, +[](void* self, char* address, char*, int, int) -> int {
        return static_cast<Self*>(self)->before_request(address);
      });
  options.set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  options.set(
      CURLOPT_HEADERFUNCTION,
      +[](char* line, std::size_t size, std::size_t count, void* self) -> std::size_t {
        return static_cast<Self*>(self)->on_header({line, size * count});
      });
  options.set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  options.set(
      CURLOPT_WRITEFUNCTION,
      +[](char* bytes, std::size_t size, std::size_t count, void* self) -> std::size_t {
        return static_cast<Self*>(self)->on_body(bytes, size * count);
      });
  options.set(CURLOPT_READDATA, static_cast<void*>(this));
  options.set(
      CURLOPT_READFUNCTION,
      +[](char* out, std::size_t size, std::size_t count, void* self) -> std::size_t {
        auto* const exchange = static_cast<Self*>(self);
        return exchange->request_.body == nullptr ? 0 : exchange->read_body(out, size * count);
      });
  // libcurl would rewind to send a body a second time.
  options.set(
      CURLOPT_SEEKFUNCTION, +[](void*, curl_off_t, int) -> int { return CURL_SEEKFUNC_FAIL; });
}

}  // namespace patchbay::net
