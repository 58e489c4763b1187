#include "core/net/socket_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <unistd.h>
#include <utility>

namespace patchbay::net {

namespace asio = boost::asio;

struct SocketWatch::State : std::enable_shared_from_this<State> {
  // At most one wait is outstanding for each direction.
  struct Direction {
    asio::posix::descriptor_base::wait_type type;
    Event event;
    bool wanted = false;
    bool pending = false;
  };

  State(asio::io_context& context, Handler callback)
      : descriptor(context), handler(std::move(callback)) {}

  void wait(Direction& direction) {
    if (!descriptor.is_open() || !direction.wanted || direction.pending) return;
    direction.pending = true;
    descriptor.async_wait(
        direction.type, [self = shared_from_this(), &direction](boost::system::error_code failure) {
          self->ready(direction, failure);
        });
  }

  void ready(Direction& direction, boost::system::error_code failure) {
    direction.pending = false;
    if (!descriptor.is_open() || !direction.wanted) return;
    handler(failure ? Event::Failed : direction.event);
    wait(direction);
  }

  asio::posix::stream_descriptor descriptor;
  Handler handler;
  Direction read{.type = asio::posix::descriptor_base::wait_read, .event = Event::Readable};
  Direction write{.type = asio::posix::descriptor_base::wait_write, .event = Event::Writable};
};

std::unique_ptr<SocketWatch> SocketWatch::own(EventLoop& loop, int fd, Handler handler) {
  auto state = std::make_shared<State>(loop.context(), std::move(handler));
  boost::system::error_code failure;
  state->descriptor.assign(fd, failure);
  if (failure) {
    ::close(fd);
    return nullptr;
  }
  return std::unique_ptr<SocketWatch>(new SocketWatch(std::move(state)));
}

SocketWatch::SocketWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}

SocketWatch::~SocketWatch() {
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
}

void SocketWatch::want(Interest interest) {
  state_->read.wanted = interest == Interest::Read || interest == Interest::Both;
  state_->write.wanted = interest == Interest::Write || interest == Interest::Both;
  state_->wait(state_->read);
  state_->wait(state_->write);
}

}  // namespace patchbay::net
