#include "core/net/loop_descriptor.hpp"

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/io_context.hpp>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cassert>
#include <cstdint>
#include <type_traits>
#include <unistd.h>

namespace patchbay::net {
namespace {

namespace asio = boost::asio;
using Reactor = asio::detail::epoll_reactor;
static_assert(std::is_same_v<asio::detail::reactor, Reactor>);

// Asio shows nobody the descriptor that it waits on, which itself can be waited on. An explicit
// instantiation may name a private member; another version of Asio without it does not compile.
template <auto Member>
struct PrivateMember {
  friend int descriptor_of(const Reactor& reactor) { return reactor.*Member; }
};
int descriptor_of(const Reactor& reactor);
template struct PrivateMember<&Reactor::epoll_fd_>;

bool watch(int all, int one) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = one;
  return ::epoll_ctl(all, EPOLL_CTL_ADD, one, &event) == 0;
}

}  // namespace

std::unique_ptr<LoopDescriptor> LoopDescriptor::create(EventLoop& loop) {
  auto& reactor = asio::use_service<Reactor>(loop.context());
  reactor.init_task();
  FileDescriptor all(::epoll_create1(EPOLL_CLOEXEC));
  FileDescriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const bool works = all.is_open() && bell.is_open() && watch(all.get(), bell.get()) &&
                     watch(all.get(), descriptor_of(reactor));
  if (!works) return nullptr;
  std::unique_ptr<LoopDescriptor> descriptor(
      new LoopDescriptor(loop, std::move(all), std::move(bell)));
  descriptor->ring();  // for what was posted before
  return descriptor;
}

void LoopDescriptor::poll(std::size_t steps_max) {
  asio::io_context& context = loop_.context();
  std::size_t steps = 0;
  for (bool goes_on = true; goes_on && steps < steps_max;) {
    // Before looking: what is posted after the look rings again.
    silence();
    goes_on = false;
    try {
      while (steps < steps_max && context.poll_one() > 0) {
        ++steps;
        goes_on = true;
      }
    } catch (...) {
      // A task broke its promise; the others must not suffer for it.
      assert(false && "a task of the event loop threw");
      goes_on = true;
    }
  }
  if (steps == steps_max) ring();
  if (context.stopped()) context.restart();
}

void LoopDescriptor::ring() const noexcept {
  const std::uint64_t one = 1;
  // Fails where it is rung already, beyond counting.
  [[maybe_unused]] const ssize_t written = ::write(bell_.get(), &one, sizeof one);
}

void LoopDescriptor::silence() const noexcept {
  std::uint64_t count = 0;
  // Fails where it was not rung.
  [[maybe_unused]] const ssize_t taken = ::read(bell_.get(), &count, sizeof count);
}

}  // namespace patchbay::net
