#include "host/worker/program/channel.hpp"

#include <cerrno>
#include <unistd.h>

namespace patchbay::worker {
namespace {

constexpr std::size_t batch_size = std::size_t{64} << 10U;  // bytes

// False at the end of the stream. The worker has nothing to say about a broken one to anybody.
bool read_whole(char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = read(channel_descriptor, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

std::optional<Channel::Frame> Channel::receive() {
  host::wire::Head head;
  if (!read_whole(reinterpret_cast<char*>(&head), sizeof(head))) return std::nullopt;
  Frame frame{static_cast<host::wire::Kind>(head.kind), std::string(head.size, '\0')};
  if (!read_whole(frame.body.data(), frame.body.size())) return std::nullopt;
  return frame;
}

void Channel::send(std::string frame) {
  if (outgoing_.empty()) {
    outgoing_ = std::move(frame);
  } else {
    outgoing_ += frame;
  }
  if (outgoing_.size() >= batch_size) flush();
}

void Channel::flush() {
  std::string_view left = outgoing_;
  while (!left.empty()) {
    const ssize_t count = write(channel_descriptor, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(0);  // the host has closed its end
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  outgoing_.clear();
}

void Channel::refuse(std::string_view words) {
  send(host::wire::Writer(host::wire::Kind::Refused).text(words).take());
  flush();
  _exit(1);
}

}  // namespace patchbay::worker
