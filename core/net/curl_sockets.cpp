#include "core/net/curl_sockets.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace patchbay::net {
namespace {

SocketWatch::Interest interest_of(int what) {
  switch (what) {
    case CURL_POLL_IN: return SocketWatch::Interest::Read;
    case CURL_POLL_OUT: return SocketWatch::Interest::Write;
    case CURL_POLL_INOUT: return SocketWatch::Interest::Both;
    default: return SocketWatch::Interest::None;
  }
}

int events_of(SocketWatch::Event event) {
  switch (event) {
    case SocketWatch::Event::Readable: return CURL_CSELECT_IN;
    case SocketWatch::Event::Writable: return CURL_CSELECT_OUT;
    case SocketWatch::Event::Failed: break;
  }
  return CURL_CSELECT_ERR;
}

}  // namespace

CurlSockets::CurlSockets(EventLoop& loop, std::function<void(int, int)> ready)
    : loop_(loop), ready_(std::move(ready)) {}

std::unique_ptr<SocketWatch> CurlSockets::watch_of(int fd, int name) {
  return SocketWatch::own(
      loop_, fd, [this, name](SocketWatch::Event event) { ready_(name, events_of(event)); });
}

int CurlSockets::open(int family, int type, int protocol) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC, protocol);
  if (fd < 0) return -1;
  auto watch = watch_of(fd, fd);
  if (watch == nullptr) return -1;
  sockets_.insert_or_assign(fd, Socket{std::move(watch), true});
  return fd;
}

void CurlSockets::close(int fd) {
  if (sockets_.erase(fd) == 0) ::close(fd);
}

void CurlSockets::watch(int fd, int what) {
  auto found = sockets_.find(fd);
  if (found == sockets_.end()) {
    if (what == CURL_POLL_REMOVE) return;
    // A socket that libcurl made for itself, as the resolver does, and may close at any time. The
    // duplicate stays valid for the loop whatever libcurl does with the original.
    const int duplicate = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    auto watch = duplicate < 0 ? nullptr : watch_of(duplicate, fd);
    if (watch == nullptr) return;
    found = sockets_.insert_or_assign(fd, Socket{std::move(watch), false}).first;
  }
  if (what == CURL_POLL_REMOVE && !found->second.is_ours) {
    sockets_.erase(found);
    return;
  }
  found->second.watch->want(interest_of(what));
}

}  // namespace patchbay::net
