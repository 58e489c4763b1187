// One connection of the server: requests in, answers out, one at a time.
#pragma once

#include "core/net/byte_stream.hpp"
#include "core/net/http_server.hpp"
#include "core/net/request_reader.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::net {

class ServerConnection;

// What a connection needs of its server, which may be gone before it.
struct ConnectionContext {
  EventLoop& loop;
  std::size_t request_size_max = 0;
  std::chrono::milliseconds idle_timeout{};
  std::function<void(ServerRequest, std::shared_ptr<Responder>)> handle;
  std::function<bool()> is_crowded;  // somebody waits for a place: do not stay without need
  std::function<void(ServerConnection&)> closed;
};

class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  using Clock = std::chrono::steady_clock;
  using Drained = std::function<void()>;

  ServerConnection(ConnectionContext context, std::unique_ptr<ByteStream> stream);
  void start();
  // Without telling the server: it does this while it goes away.
  void shut();
  void close();

  // Between two requests, with nothing of the next one there.
  [[nodiscard]] bool is_idle() const noexcept;
  [[nodiscard]] Clock::time_point last_activity() const noexcept { return last_activity_; }

  // For the responder of answer number `answer`; others than the current one are over.
  [[nodiscard]] bool is_current(std::uint64_t answer) const noexcept;
  void begin(unsigned status, const std::vector<Header>& headers);
  void write(std::string bytes, Drained drained);
  void write_raw(std::string bytes, Drained drained);
  void finish();
  void abort();

 private:
  enum class Phase : std::uint8_t { Opening, Reading, Answering, Finishing, Lingering, Closed };
  enum class Framing : std::uint8_t { None, Chunked, Length, UntilClose, Raw };
  struct Piece {
    std::string bytes;
    Drained drained;
  };

  void read();
  void received(std::optional<std::size_t> count);
  void process();
  void refuse();
  void hand_over();
  void enqueue(std::string bytes, Drained drained);
  void pump();
  void sent(std::optional<std::size_t> count);
  void answer_done();
  void linger();
  void check_time();
  void release_drained();

  ConnectionContext context_;
  std::unique_ptr<ByteStream> stream_;
  Phase phase_ = Phase::Opening;
  std::unique_ptr<RequestReader> reader_;
  std::array<char, 16384> received_{};
  std::string input_;  // received, not yet taken by the reader
  bool is_reading_ = false;
  bool said_continue_ = false;
  std::deque<Piece> output_;
  std::size_t output_offset_ = 0;  // of the first piece
  bool is_writing_ = false;
  std::uint64_t answer_ = 0;
  bool has_begun_ = false;
  Framing framing_ = Framing::None;
  std::uint64_t length_left_ = 0;
  bool keeps_alive_ = false;
  bool is_head_ = false;
  Clock::time_point last_activity_;
  EventLoop::Timer timer_;
};

}  // namespace patchbay::net
