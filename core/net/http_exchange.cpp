#include "core/net/http_exchange.hpp"

#include "core/base/text.hpp"
#include "core/net/address.hpp"
#include "core/net/curl_failure.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <span>
#include <utility>

namespace patchbay::net {
namespace {

std::string numeric(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  } else if (address.sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  }
  if (bytes == nullptr) return "of an unknown kind";
  return ::inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr ? ""
                                                                                    : text.data();
}

}  // namespace

void EasyDeleter::operator()(void* easy) const noexcept {
  curl_easy_cleanup(easy);
}

HttpExchange::HttpExchange(ExchangeContext context, HttpRequest request, HttpObserver& observer)
    : context_(context),
      request_(std::move(request)),
      observer_(observer),
      head_(request_.credential ? std::string_view(request_.credential->name) : ""),
      server_(host_and_port(request_.url.host, request_.url.port)),
      deadline_(Clock::now() + request_.deadline),
      last_byte_(Clock::now()),
      easy_(curl_easy_init()) {
  const std::string& host = request_.url.host;
  const bool is_loopback = host == "localhost" || host == "::1" || host.starts_with("127.");
  through_proxy_ = !context_.options.proxy_url.empty() && !is_loopback;
}

HttpExchange::~HttpExchange() = default;

Result<std::unique_ptr<HttpExchange>> HttpExchange::create(ExchangeContext context,
                                                           HttpRequest request,
                                                           HttpObserver& observer) {
  std::unique_ptr<HttpExchange> exchange(new HttpExchange(context, std::move(request), observer));
  if (exchange->easy_ == nullptr) {
    return Error{ErrorCode::Internal, "libcurl has no memory for another exchange", {}, {}};
  }
  HttpRequest& owned = exchange->request_;
  exchange->headers_ = PATCHBAY_TRY(HeaderList::create(owned.headers, owned.credential));
  owned.credential.reset();  // the header line is the only copy now
  owned.headers.clear();
  PATCHBAY_TRY(exchange->set_options());
  return exchange;
}

void HttpExchange::fail(NetFailureKind kind, std::string message) {
  if (!failure_) failure_ = NetFailure{.kind = kind, .message = std::move(message), .sent = begun_};
}

bool HttpExchange::may_reach(const sockaddr& address) const {
  // Behind a proxy the address is the proxy's, which its configuration vouches for.
  return through_proxy_ || request_.allow_private == AllowPrivate::Yes ||
         !is_private_address(address);
}

int HttpExchange::open_socket(const curl_sockaddr& address) {
  if (silenced_) return CURL_SOCKET_BAD;
  if (!may_reach(address.addr)) {
    refused_address_ = numeric(address.addr);
    return CURL_SOCKET_BAD;
  }
  socket_opened_ = true;
  return context_.sockets.open(address.family, address.socktype, address.protocol);
}

int HttpExchange::before_request(const char* address) {
  if (silenced_) return CURL_PREREQFUNC_ABORT;
  // A pooled connection may have been made for an exchange with other rights.
  const auto connected = parse_address(address == nullptr ? "" : address);
  if (!connected || !may_reach(reinterpret_cast<const sockaddr&>(*connected))) {
    refused_address_ = address == nullptr ? "" : address;
    return CURL_PREREQFUNC_ABORT;
  }
  // libcurl tries again by itself where a kept connection turns out dead. What may cost money is
  // never repeated: only requests that change nothing, or of whose body nothing was taken.
  const bool has_body = request_.body != nullptr && request_.body->size() > 0;
  const bool is_repeatable =
      has_body ? body_read_ == 0 : request_.method == "GET" || request_.method == "HEAD";
  if (begun_ && !is_repeatable) {
    fail(NetFailureKind::Broken, server_ + " closed the connection while the request was sent");
    return CURL_PREREQFUNC_ABORT;
  }
  begun_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t HttpExchange::on_header(std::string_view line) {
  if (silenced_) return 0;
  last_byte_ = Clock::now();
  const bool was_complete = head_.complete();
  const ResponseHead::State state = head_.add_line(line);
  if (state == ResponseHead::State::Failed) {
    fail(head_.failure_kind(), server_ + " " + std::string(head_.failure_words()));
    return 0;
  }
  if (was_complete || state != ResponseHead::State::Complete) return line.size();
  if (request_.method != "HEAD" &&
      head_.content_length().value_or(0) > request_.response_size_max) {
    fail(NetFailureKind::TooLarge,
         server_ + " announced an answer of " + std::to_string(*head_.content_length()) +
             " bytes; the limit is " + std::to_string(request_.response_size_max));
    return 0;
  }
  observer_.on_head(head_.status(), head_.headers());
  return silenced_ ? 0 : line.size();
}

std::size_t HttpExchange::on_body(const char* bytes, std::size_t size) {
  if (silenced_) return CURL_WRITEFUNC_ERROR;
  if (paused_) {
    held_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  last_byte_ = Clock::now();
  received_ += size;
  if (received_ > request_.response_size_max) {
    fail(NetFailureKind::TooLarge,
         server_ + " sent more than " + std::to_string(request_.response_size_max) + " bytes");
    return CURL_WRITEFUNC_ERROR;
  }
  const Flow flow = observer_.on_data({reinterpret_cast<const std::uint8_t*>(bytes), size});
  if (silenced_) return CURL_WRITEFUNC_ERROR;
  paused_ = flow == Flow::Pause;
  return size;
}

std::size_t HttpExchange::read_body(char* out, std::size_t size) {
  if (silenced_) return CURL_READFUNC_ABORT;
  const std::uint64_t left = request_.body->size() - body_read_;
  const std::span<char> room(out, static_cast<std::size_t>(std::min<std::uint64_t>(size, left)));
  if (room.empty()) return 0;
  const Result<std::size_t> count = request_.body->read(room);
  if (!count || count.value() == 0 || count.value() > room.size()) {
    fail(NetFailureKind::Broken,
         "cannot read the body of the request: " +
             (count ? std::string("it ends too early") : count.error().message));
    return CURL_READFUNC_ABORT;
  }
  body_read_ += count.value();
  return count.value();
}

bool HttpExchange::resume() {
  paused_ = false;
  last_byte_ = Clock::now();
  if (!std::exchange(held_, false)) return true;
  return curl_easy_pause(easy_.get(), CURLPAUSE_CONT) == CURLE_OK;
}

std::optional<NetFailure> HttpExchange::outcome(int code) const {
  if (failure_) return failure_;
  if (!refused_address_.empty() &&
      (begun_ || !socket_opened_ || code == CURLE_ABORTED_BY_CALLBACK)) {
    return NetFailure{.kind = NetFailureKind::Policy,
                      .message = server_ + " is at " + refused_address_ +
                                 ", an address of this machine or of a private network; "
                                 "--allow-private permits that",
                      .sent = begun_};
  }
  if (code != CURLE_OK) {
    double lookup_s = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_NAMELOOKUP_TIME, &lookup_s);
    return failure_of({.code = code,
                       .words = words_.data(),
                       .server = server_,
                       .resolved = lookup_s > 0,
                       .request_begun = begun_,
                       .connect_timeout = request_.connect_timeout});
  }
  if (!head_.complete()) {
    return NetFailure{NetFailureKind::Broken, server_ + " closed without an answer", begun_};
  }
  return std::nullopt;
}

HttpExchange::Clock::time_point HttpExchange::next_check() const {
  // Silence before the answer is normal where an image is drawn: only the deadline limits it.
  if (!head_.started()) return std::min(deadline_, Clock::now() + request_.idle_timeout);
  if (paused_) return std::min(deadline_, Clock::now() + request_.idle_timeout);
  return std::min(deadline_, last_byte_ + request_.idle_timeout);
}

std::optional<NetFailure> HttpExchange::overdue(Clock::time_point now) const {
  if (now >= deadline_) {
    return NetFailure{
        .kind = NetFailureKind::Timeout,
        .message = "no complete answer from " + server_ + " within " + in_words(request_.deadline),
        .sent = begun_};
  }
  if (head_.started() && !paused_ && now >= last_byte_ + request_.idle_timeout) {
    return NetFailure{.kind = NetFailureKind::Timeout,
                      .message = server_ + " fell silent in the middle of its answer for " +
                                 in_words(request_.idle_timeout),
                      .sent = begun_};
  }
  return std::nullopt;
}

}  // namespace patchbay::net
