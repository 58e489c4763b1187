// The worker's end of the socket: whole frames in, batches of frames out.
#pragma once

#include "host/worker/wire.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace patchbay::worker {

// What the host leaves open: its socket, and the plugin's file.
inline constexpr int channel_descriptor = 3;
inline constexpr int plugin_descriptor = 4;

class Channel {
 public:
  struct Frame {
    host::wire::Kind kind;
    std::string body;
  };

  // Empty where the host has closed its end: then there is nothing left to do.
  [[nodiscard]] std::optional<Frame> receive();

  // Goes out with what follows, or at flush().
  void send(std::string frame);
  void flush();
  // Says why, and ends the process.
  [[noreturn]] void refuse(std::string_view words);

 private:
  std::string outgoing_;
};

}  // namespace patchbay::worker
