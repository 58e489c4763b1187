#include "core/net/event_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cassert>
#include <csignal>
#include <list>
#include <utility>

namespace patchbay::net {

namespace asio = boost::asio;

struct EventLoop::State {
  struct Interrupt {
    Interrupt(asio::io_context& loop, Task callback)
        : signals(loop, SIGINT, SIGTERM), task(std::move(callback)) {}

    asio::signal_set signals;
    Task task;
  };

  void wait_for(Interrupt& interrupt) {
    interrupt.signals.async_wait([this, &interrupt](boost::system::error_code failure, int) {
      if (failure) return;
      wait_for(interrupt);
      interrupt.task();
    });
  }

  asio::io_context context{1};
  std::list<Interrupt> interrupts;  // a list: the waits point into it
};

struct EventLoop::Timer::State {
  explicit State(asio::io_context& context) : timer(context) {}

  asio::steady_timer timer;
  Task task;
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() {
  for (;;) {
    try {
      state_->context.run();
      break;
    } catch (...) {
      // A task broke its promise; the others must not suffer for it.
      assert(false && "a task of the event loop threw");
    }
  }
  // Only now: a stop() from before run() counts too.
  state_->context.restart();
}

void EventLoop::stop() {
  state_->context.stop();
}

void EventLoop::post(Task task) {
  asio::post(state_->context, std::move(task));
}

void EventLoop::on_interrupt(Task task) {
  state_->wait_for(state_->interrupts.emplace_back(state_->context, std::move(task)));
}

asio::io_context& EventLoop::context() noexcept {
  return state_->context;
}

EventLoop::Timer EventLoop::after(std::chrono::milliseconds delay, Task task) {
  auto state = std::make_shared<Timer::State>(state_->context);
  state->task = std::move(task);
  state->timer.expires_after(delay);
  state->timer.async_wait([state](boost::system::error_code) {
    // Taken out first: the task may drop the timer, and with it itself.
    if (const Task due = std::exchange(state->task, nullptr)) due();
  });
  return Timer(state);
}

EventLoop::Timer::Timer(std::weak_ptr<State> state) : state_(std::move(state)) {}
EventLoop::Timer::Timer(Timer&&) noexcept = default;

EventLoop::Timer& EventLoop::Timer::operator=(Timer&& other) noexcept {
  Timer moved(std::move(other));
  std::swap(state_, moved.state_);
  return *this;
}

// NOLINTNEXTLINE(bugprone-exception-escape): cancel() is declared to throw, and never does.
EventLoop::Timer::~Timer() {
  const auto state = state_.lock();
  if (state == nullptr) return;
  const Task dropped = std::exchange(state->task, nullptr);
  state->timer.cancel();
}

}  // namespace patchbay::net
