// The loop that everything asynchronous of one thread runs on.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace patchbay::net {

// One thread runs it; post() and stop() may be called from any thread, the rest from that one.
class EventLoop {
 public:
  using Task = std::function<void()>;

  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Returns when stop() was called, also before, or when nothing is left to wait for. Tasks must
  // not throw: one that does is given up, and in a debug build ends the program.
  void run();
  void stop();
  void post(Task task);

  // Calls `task` once, after `delay`; dropping the timer cancels it. It may outlive the loop.
  class Timer {
   public:
    Timer() = default;
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer();

   private:
    friend class EventLoop;
    struct State;
    explicit Timer(std::weak_ptr<State> state);
    std::weak_ptr<State> state_;  // the pending wait owns it
  };
  [[nodiscard]] Timer after(std::chrono::milliseconds delay, Task task);

  // Calls `task` when one of SIGINT and SIGTERM arrives, each time. From then on there is always
  // something to wait for: only stop() ends run(). For programs, not libraries.
  void on_interrupt(Task task);

  [[nodiscard]] boost::asio::io_context& context() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace patchbay::net
