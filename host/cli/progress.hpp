// The line that tells, at a terminal, that something goes on: a spinner, bytes, seconds.
#pragma once

#include "core/net/event_loop.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace patchbay::cli {

class Console;

// "1.4 MiB"
[[nodiscard]] std::string readable_bytes(std::uint64_t count);
// "$0.039", of 1e-9 US dollars
[[nodiscard]] std::string readable_cost(std::uint64_t nano_usd);
// "8.2 s"
[[nodiscard]] std::string readable_seconds(std::chrono::milliseconds duration);

// Shows itself while it lives and the loop runs; nothing where nobody looks on.
class Progress {
 public:
  Progress(Console& console,
           net::EventLoop& loop,
           std::function<std::string()> what,
           std::function<std::uint64_t()> bytes_received);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

 private:
  void tick();

  Console& console_;
  net::EventLoop& loop_;
  std::function<std::string()> what_;
  std::function<std::uint64_t()> bytes_received_;
  std::chrono::steady_clock::time_point start_;
  std::size_t frame_ = 0;
  net::EventLoop::Timer timer_;
};

}  // namespace patchbay::cli
