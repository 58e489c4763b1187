// When the next request may start: only so many at once, and no more than so many in a time.
#pragma once

#include "core/net/event_loop.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <utility>

namespace patchbay::host {

// On the loop's thread; outlives its tickets. First come, first served.
class StartGate {
 public:
  struct Limits {
    std::size_t running_max = 4;
    std::chrono::microseconds interval{0};  // between two starts
  };

  // A place in the queue, then a place among those that run: dropping it gives it back.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), number_(other.number_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      Ticket moved(std::move(other));
      std::swap(gate_, moved.gate_);
      std::swap(number_, moved.number_);
      return *this;
    }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      if (gate_ != nullptr) gate_->give_back(number_);
    }

   private:
    friend class StartGate;
    Ticket(StartGate* gate, std::uint64_t number) : gate_(gate), number_(number) {}
    StartGate* gate_ = nullptr;
    std::uint64_t number_ = 0;
  };

  StartGate(net::EventLoop& loop, const Limits& limits) : loop_(loop), limits_(limits) {}
  StartGate(const StartGate&) = delete;
  StartGate& operator=(const StartGate&) = delete;
  ~StartGate() = default;

  // Calls `start` from the loop when its turn comes.
  [[nodiscard]] Ticket wait(std::function<void()> start);

 private:
  struct Waiting {
    std::uint64_t number;
    std::function<void()> start;
  };

  void give_back(std::uint64_t number);
  void look_again();
  void let_in();

  net::EventLoop& loop_;
  Limits limits_;
  std::list<Waiting> waiting_;
  std::size_t running_ = 0;
  std::uint64_t last_number_ = 0;
  std::chrono::steady_clock::time_point next_start_{};
  net::EventLoop::Timer timer_;
};

}  // namespace patchbay::host
