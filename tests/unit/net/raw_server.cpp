#include "tests/unit/net/raw_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace patchbay::testing {
namespace {

constexpr int limit_ms = 10'000;

bool is_readable(int fd) {
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&wait, 1, limit_ms) == 1;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool carry(int from, int to) {
  std::array<char, 16384> bytes{};
  const ssize_t count = ::recv(from, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  return ::send(to, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
}

}  // namespace

RawConnection::~RawConnection() {
  close();
}

std::string RawConnection::read_some() {
  std::array<char, 65536> bytes{};
  if (fd_ < 0 || !is_readable(fd_)) return {};
  const ssize_t count = ::recv(fd_, bytes.data(), bytes.size(), 0);
  return count <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(count));
}

std::string RawConnection::read_head() {
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) {
    const std::string more = read_some();
    if (more.empty()) return {};
    head += more;
  }
  return head;
}

bool RawConnection::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void RawConnection::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void RawConnection::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void RawConnection::tunnel_to(std::uint16_t port) const {
  const int other = connect_to(port);
  std::array<pollfd, 2> ends{pollfd{.fd = fd_, .events = POLLIN, .revents = 0},
                             pollfd{.fd = other, .events = POLLIN, .revents = 0}};
  while (::poll(ends.data(), ends.size(), limit_ms) > 0) {
    if (ends[0].revents != 0 && !carry(fd_, other)) break;
    if (ends[1].revents != 0 && !carry(other, fd_)) break;
  }
  ::close(other);
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  return fd;
}

RawServer::RawServer(int connections, Script script)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      ::pipe(wake_) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, connections, script = std::move(script)] {
    for (int i = 0; i < connections; ++i) {
      std::array<pollfd, 2> waits{pollfd{.fd = listener_, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = wake_[0], .events = POLLIN, .revents = 0}};
      if (::poll(waits.data(), waits.size(), limit_ms) <= 0 || waits[0].revents == 0) return;
      RawConnection connection(::accept(listener_, nullptr, nullptr));
      script(connection);
    }
  });
}

void RawServer::stop() {
  if (!thread_.joinable()) return;
  const char byte = 0;
  [[maybe_unused]] const ssize_t count = ::write(wake_[1], &byte, 1);
  thread_.join();
}

RawServer::~RawServer() {
  stop();
  for (const int fd : {listener_, wake_[0], wake_[1]}) ::close(fd);
}

}  // namespace patchbay::testing
