// A real HTTP server on a thread of its own, for tests that talk to one.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/http_server.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace patchbay::testing {

class TestCertificate;

// The handler runs on the server's thread. Requests are remembered for the test to look at.
class LoopbackServer {
 public:
  using Handler = net::HttpServer::Handler;

  // Throws std::runtime_error where it cannot listen, which fails the test.
  explicit LoopbackServer(Handler handler, net::HttpServerOptions options = {});
  LoopbackServer(Handler handler, const TestCertificate& certificate);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  // "http://127.0.0.1:PORT", or https with the host "localhost".
  [[nodiscard]] std::string url() const;
  [[nodiscard]] net::EventLoop& loop() noexcept { return loop_; }
  // All that came up to now, bodies included; callable from any thread.
  [[nodiscard]] std::vector<net::ServerRequest> requests();
  // Ends the server and its connections early; on the server's thread.
  void close() { server_.reset(); }
  // Runs `task` on the server's thread and waits for it.
  void run(const std::function<void()>& task);

 private:
  bool is_tls_ = false;
  std::uint16_t port_ = 0;
  net::EventLoop loop_;
  std::vector<net::ServerRequest> requests_;  // the server's thread only
  std::unique_ptr<net::HttpServer> server_;   // likewise
  std::thread thread_;
};

}  // namespace patchbay::testing
