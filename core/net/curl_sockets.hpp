// libcurl's sockets on the loop.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/socket_watch.hpp"

#include <functional>
#include <memory>
#include <unordered_map>

namespace patchbay::net {

// A socket is watched from its creation to its end, also while it waits in libcurl's pool: libcurl
// says "remove" after every transfer, and closes some sockets without saying so.
class CurlSockets {
 public:
  // `ready` gets the socket and a CURL_CSELECT_ mask; never called from inside the methods below.
  CurlSockets(EventLoop& loop, std::function<void(int fd, int events)> ready);

  // For CURLOPT_OPENSOCKETFUNCTION: the new socket, or -1.
  [[nodiscard]] int open(int family, int type, int protocol);
  // For CURLOPT_CLOSESOCKETFUNCTION.
  void close(int fd);
  // For CURLMOPT_SOCKETFUNCTION; `what` is one of CURL_POLL_.
  void watch(int fd, int what);

 private:
  struct Socket {
    std::unique_ptr<SocketWatch> watch;
    bool is_ours = false;  // else: a duplicate of one that libcurl made for itself
  };
  [[nodiscard]] std::unique_ptr<SocketWatch> watch_of(int fd, int name);

  EventLoop& loop_;
  std::function<void(int, int)> ready_;
  std::unordered_map<int, Socket> sockets_;
};

}  // namespace patchbay::net
