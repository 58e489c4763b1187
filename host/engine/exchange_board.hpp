// The exchanges and timers of one session, by the ids that it chose. Only the awaited one's inputs
// are handed out; the others wait.
#pragma once

#include "core/base/clock.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"
#include "host/engine/exchange.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace patchbay::host {

inline constexpr std::size_t session_timers_max = 256;

class ExchangeBoard {
 public:
  struct Options {
    net::EventLoop& loop;
    net::HttpClient& client;
    const Clock& clock;
    std::uint32_t exchanges_max = 0;
    std::function<void()> listener;  // something came in; on the loop's thread
  };

  explicit ExchangeBoard(Options options) : options_(std::move(options)) {}
  ExchangeBoard(const ExchangeBoard&) = delete;
  ExchangeBoard& operator=(const ExchangeBoard&) = delete;
  ~ExchangeBoard() { give_up_all(); }

  // A new exchange under an id that was never used. Errors: Plugin.
  [[nodiscard]] Result<Exchange*> claim(std::uint64_t id, std::shared_ptr<BodyProgress> progress);
  // Errors: what the client refuses; the exchange is not started then.
  [[nodiscard]] Status start(Exchange& exchange, net::HttpRequest request);
  // Errors: Plugin.
  [[nodiscard]] Status start_timer(std::uint64_t id, std::chrono::milliseconds delay);
  // One that is over already is left alone. Errors: Plugin for an id that was never used.
  [[nodiscard]] Status give_up(std::uint64_t id);
  void give_up_all();

  // What the session waits for from now on. Errors: Plugin where nothing can come of it.
  [[nodiscard]] Status await(std::uint64_t id);
  struct Input {
    std::uint64_t id = 0;
    ExchangeEvent event;
  };
  // The next input of what is awaited; kind PATCHBAY_IN_TIMER for a timer.
  [[nodiscard]] std::optional<Input> take();
  // Where the client was stopped from reading what is awaited now, it reads on. Not to be called
  // from one of the client's callbacks.
  void resume_awaited();
  [[nodiscard]] bool is_awaited_paused() const;

  [[nodiscard]] bool may_be_sent() const;  // any of them
  [[nodiscard]] bool has_any() const { return !exchanges_.empty(); }
  [[nodiscard]] std::uint64_t bytes_sent() const;
  [[nodiscard]] std::uint64_t bytes_received() const;
  // When the first head came in, if one did.
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> first_head() const {
    return first_head_;
  }
  [[nodiscard]] const Exchange* find(std::uint64_t id) const;

 private:
  struct WaitTimer {
    net::EventLoop::Timer timer;
    bool fired = false;
    bool over = false;
  };

  [[nodiscard]] Status check_new(std::uint64_t id) const;

  Options options_;
  // Kept to the end of the session: an observer may be told of its end from within its own call.
  std::map<std::uint64_t, std::unique_ptr<Exchange>> exchanges_;
  std::map<std::uint64_t, WaitTimer> timers_;
  std::uint64_t awaited_ = 0;  // 0: nothing
  std::optional<std::chrono::steady_clock::time_point> first_head_;
};

}  // namespace patchbay::host
