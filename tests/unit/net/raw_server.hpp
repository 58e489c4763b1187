// A TCP server that a test scripts byte by byte, for what no proper server does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace patchbay::testing {

// One accepted connection, blocking, with a time limit of ten seconds on each operation.
class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  // Up to and with the empty line; bytes of the body may follow it. Empty: the peer has gone.
  std::string read_head();
  std::string read_some();
  bool write(std::string_view bytes) const;
  void close();
  void reset();
  // Carries bytes both ways between this and a loopback port until one side ends.
  void tunnel_to(std::uint16_t port) const;

 private:
  int fd_;
};

// Connects to a loopback port, as a client that a test scripts.
[[nodiscard]] int connect_to(std::uint16_t port);

// Serves `connections` connections, one after another, on a thread of its own.
class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  RawServer(int connections, Script script);
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Stops accepting and waits for the script to end.
  void stop();

 private:
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace patchbay::testing
