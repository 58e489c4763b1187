// An accepted connection as a stream of bytes, in the clear or under TLS.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/http_server.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace patchbay::net {

// One read and one write may be under way at once; their callbacks own whatever keeps the stream
// and the buffers alive. After close() or reset() they come with a failure.
class ByteStream {
 public:
  // The count of bytes; nothing where the stream ended or broke.
  using Done = std::function<void(std::optional<std::size_t> count)>;

  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  // The TLS handshake; to be called first.
  virtual void open(Done done) = 0;
  virtual void read_some(std::span<char> into, Done done) = 0;
  virtual void write_some(std::span<const std::span<const char>> pieces, Done done) = 0;
  // Tells the peer that nothing more comes; reading goes on.
  virtual void end_output(Done done) = 0;
  virtual void close() = 0;
  // The peer sees a reset instead of an end.
  virtual void reset() = 0;
};

// Accepts connections on one address.
class Listener {
 public:
  using Handler = std::function<void(std::unique_ptr<ByteStream>)>;

  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(EventLoop& loop,
                                                              const HttpServerOptions& options,
                                                              Handler handler);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // The next connection is accepted only after this; the handler may call it.
  virtual void accept_one() = 0;

 protected:
  Listener() = default;
};

}  // namespace patchbay::net
