// One socket on the loop: owned for its whole life, and watched for what is wanted at the moment.
#pragma once

#include "core/net/event_loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace patchbay::net {

class SocketWatch {
 public:
  enum class Event : std::uint8_t { Readable, Writable, Failed };
  enum class Interest : std::uint8_t { None, Read, Write, Both };
  using Handler = std::function<void(Event)>;

  // Closes the descriptor in the end. Null where the loop cannot watch it; it is then closed too.
  [[nodiscard]] static std::unique_ptr<SocketWatch> own(EventLoop& loop, int fd, Handler handler);
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;
  ~SocketWatch();

  // Stays in force until the next call; the handler may call it, or destroy the watch.
  void want(Interest interest);

 private:
  struct State;
  explicit SocketWatch(std::shared_ptr<State> state);  // shared with the pending waits
  std::shared_ptr<State> state_;
};

}  // namespace patchbay::net
