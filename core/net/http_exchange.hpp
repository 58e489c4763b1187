// One exchange: a libcurl easy handle, its settings, and what its callbacks do.
#pragma once

#include "core/net/curl_sockets.hpp"
#include "core/net/header_list.hpp"
#include "core/net/http_client.hpp"
#include "core/net/response_head.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct curl_sockaddr;

namespace patchbay::net {

// libcurl's handles are `void` by its own declaration.
struct EasyDeleter {
  void operator()(void* easy) const noexcept;
};
using EasyHandle = std::unique_ptr<void, EasyDeleter>;

// What all exchanges of a client share.
struct ExchangeContext {
  const HttpClientOptions& options;
  CurlSockets& sockets;
  void* share = nullptr;  // of TLS sessions
};

class HttpExchange {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] static Result<std::unique_ptr<HttpExchange>> create(ExchangeContext context,
                                                                    HttpRequest request,
                                                                    HttpObserver& observer);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  ~HttpExchange();

  [[nodiscard]] void* easy() const noexcept { return easy_.get(); }
  [[nodiscard]] HttpObserver& observer() const noexcept { return observer_; }

  // From here on the callbacks tell the observer nothing, and make libcurl give up.
  void silence() noexcept { silenced_ = true; }
  [[nodiscard]] bool silenced() const noexcept { return silenced_; }

  // Paused by the observer; libcurl notices when it has more to give.
  [[nodiscard]] bool paused() const noexcept { return paused_; }
  // May call the observer. False: the exchange failed, and libcurl will not say so by itself.
  [[nodiscard]] bool resume();

  // What the exchange ended with: `code` is libcurl's. Nothing: it succeeded.
  [[nodiscard]] std::optional<NetFailure> outcome(int code) const;

  // When to look at the clock again, and what that shows.
  [[nodiscard]] Clock::time_point next_check() const;
  [[nodiscard]] std::optional<NetFailure> overdue(Clock::time_point now) const;

  // The client's own notes.
  ExchangeId id = 0;
  EventLoop::Timer timer;  // for next_check()

 private:
  HttpExchange(ExchangeContext context, HttpRequest request, HttpObserver& observer);

  // http_exchange_options.cpp
  [[nodiscard]] Status set_options();
  void set_protocol_options(class EasyOptions& options);
  void set_trust_options(class EasyOptions& options);
  void set_body_options(class EasyOptions& options) const;
  void set_callbacks(class EasyOptions& options);

  int open_socket(const curl_sockaddr& address);
  int before_request(const char* address);
  std::size_t on_header(std::string_view line);
  std::size_t on_body(const char* bytes, std::size_t size);
  std::size_t read_body(char* out, std::size_t size);
  void fail(NetFailureKind kind, std::string message);  // the first one counts
  [[nodiscard]] bool may_reach(const sockaddr& address) const;

  ExchangeContext context_;
  HttpRequest request_;
  HttpObserver& observer_;
  HeaderList headers_;
  ResponseHead head_;
  std::string server_;  // "host:port", for messages
  bool through_proxy_ = false;
  bool silenced_ = false;
  bool paused_ = false;
  bool held_ = false;   // libcurl keeps bytes until it is told to go on
  bool begun_ = false;  // a connection stood and the request was about to go out
  bool socket_opened_ = false;
  std::string refused_address_;
  std::uint64_t body_read_ = 0;
  std::uint64_t received_ = 0;
  std::optional<NetFailure> failure_;
  Clock::time_point deadline_;
  Clock::time_point last_byte_;
  std::array<char, 256> words_{};  // CURL_ERROR_SIZE
  EasyHandle easy_;                // last: it points to the others
};

}  // namespace patchbay::net
