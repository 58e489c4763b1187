// Sends one reply over its connection: at the pace the connection takes it, and as badly as the
// faults ask.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/http_server.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace patchbay::emulator {

// How a reply travels.
struct Manner {
  enum class End : std::uint8_t { Whole, StallHead, StallBody, DropBefore, DropMid };
  enum class Pace : std::uint8_t { Full, Split, Drip };
  enum class Framing : std::uint8_t { Sound, TwoContentLength };

  End end = End::Whole;
  Pace pace = Pace::Full;
  Framing framing = Framing::Sound;
  std::chrono::milliseconds before_head{0};
  std::chrono::milliseconds drip_time{0};  // of the whole body, at Pace::Drip
};

[[nodiscard]] Manner manner_of(const FaultSet& faults, std::chrono::milliseconds latency);

// Shared: callbacks of the connection and of timers may come after its owner let go of it.
class Sending : public std::enable_shared_from_this<Sending> {
 public:
  // `on_over` is called once, as the last thing this does with a connection.
  Sending(net::EventLoop& loop,
          std::shared_ptr<net::Responder> responder,
          Reply reply,
          const Manner& manner,
          std::function<void()> on_over);

  void start();
  [[nodiscard]] bool connected() const { return responder_->connected(); }
  // Resets the connection, unless the answer is complete.
  void abort();

 private:
  void send_head();
  void send_two_lengths();
  void send_raw_rest();
  void send_piece();
  void drained();
  [[nodiscard]] std::size_t piece_size_max();
  void end_body();
  void over();

  net::EventLoop& loop_;
  std::shared_ptr<net::Responder> responder_;  // shared with the server, as its interface asks
  Reply reply_;
  Manner manner_;
  std::function<void()> on_over_;
  net::EventLoop::Timer timer_;
  std::chrono::milliseconds drip_gap_{0};
  std::size_t drip_size_ = 0;
  std::uint64_t sent_ = 0;  // characters of the body
  bool over_ = false;
};

}  // namespace patchbay::emulator
