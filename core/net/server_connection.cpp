#include "core/net/server_connection.hpp"

#include "core/net/response_text.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::net {
namespace {

constexpr std::chrono::milliseconds linger_time{2000};
constexpr std::size_t pieces_at_once_max = 16;
constexpr std::size_t pipelined_bytes_max = std::size_t{64} << 10U;

// The handler's side of one answer. Letting go of an unfinished one resets the connection.
class ConnectionResponder final : public Responder {
 public:
  ConnectionResponder(std::shared_ptr<ServerConnection> connection, std::uint64_t answer)
      : connection_(std::move(connection)), answer_(answer) {}
  ConnectionResponder(const ConnectionResponder&) = delete;
  ConnectionResponder& operator=(const ConnectionResponder&) = delete;
  ~ConnectionResponder() override {
    if (connected()) connection_->abort();
  }

  [[nodiscard]] bool connected() const override { return connection_->is_current(answer_); }
  void begin(unsigned status, std::vector<Header> headers) override {
    if (connected()) connection_->begin(status, headers);
  }
  void write(std::string bytes, std::function<void()> drained) override {
    if (connected()) connection_->write(std::move(bytes), std::move(drained));
  }
  void finish() override {
    if (connected()) connection_->finish();
  }
  void abort() override {
    if (connected()) connection_->abort();
  }
  void write_raw(std::string bytes, std::function<void()> drained) override {
    if (connected()) connection_->write_raw(std::move(bytes), std::move(drained));
  }

 private:
  std::shared_ptr<ServerConnection> connection_;  // shared with the operations under way
  std::uint64_t answer_;
};

}  // namespace

ServerConnection::ServerConnection(ConnectionContext context, std::unique_ptr<ByteStream> stream)
    : context_(std::move(context)),
      stream_(std::move(stream)),
      reader_(std::make_unique<RequestReader>(context_.request_size_max)),
      last_activity_(Clock::now()) {}

void ServerConnection::start() {
  check_time();
  stream_->open([self = shared_from_this()](std::optional<std::size_t> count) {
    if (self->phase_ != Phase::Opening) return;
    if (!count) {
      self->close();
      return;
    }
    self->phase_ = Phase::Reading;
    self->read();
  });
}

void ServerConnection::shut() {
  context_.closed = nullptr;
  context_.handle = nullptr;
  context_.is_crowded = nullptr;
  close();
}

void ServerConnection::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  timer_ = {};
  stream_->close();
  release_drained();
  if (const auto closed = std::exchange(context_.closed, nullptr)) closed(*this);
}

void ServerConnection::abort() {
  stream_->reset();
  close();
}

// A handler that waits for room must get the chance to see that nobody is there any more.
void ServerConnection::release_drained() {
  for (Piece& piece : std::exchange(output_, {})) {
    if (piece.drained) context_.loop.post(std::move(piece.drained));
  }
}

bool ServerConnection::is_idle() const noexcept {
  return phase_ == Phase::Reading && input_.empty() &&
         reader_->state() == RequestReader::State::Head;
}

bool ServerConnection::is_current(std::uint64_t answer) const noexcept {
  return phase_ == Phase::Answering && answer == answer_;
}

// Reading goes on while an answer is made: that is how the client's end is noticed.
void ServerConnection::read() {
  if (is_reading_ || phase_ == Phase::Closed || input_.size() > pipelined_bytes_max) return;
  is_reading_ = true;
  stream_->read_some(received_, [self = shared_from_this()](std::optional<std::size_t> count) {
    self->received(count);
  });
}

void ServerConnection::received(std::optional<std::size_t> count) {
  is_reading_ = false;
  if (phase_ == Phase::Closed) return;
  if (!count || *count == 0) {
    close();
    return;
  }
  if (phase_ != Phase::Lingering) {
    // A head must be whole in time, however its bytes trickle in.
    if (is_idle() || reader_->state() == RequestReader::State::Body) last_activity_ = Clock::now();
    input_.append(received_.data(), *count);
    process();
  }
  read();
}

void ServerConnection::process() {
  if (phase_ != Phase::Reading) return;
  std::size_t used = 0;
  while (used < input_.size()) {
    const std::size_t taken = reader_->feed(std::string_view(input_).substr(used));
    used += taken;
    if (taken == 0) break;
  }
  input_.erase(0, used);
  switch (reader_->state()) {
    case RequestReader::State::Head: return;
    case RequestReader::State::Body:
      if (reader_->expects_continue() && !std::exchange(said_continue_, true)) {
        enqueue("HTTP/1.1 100 Continue\r\n\r\n", nullptr);
      }
      return;
    case RequestReader::State::Complete: hand_over(); return;
    case RequestReader::State::Refused: refuse(); return;
  }
}

void ServerConnection::refuse() {
  phase_ = Phase::Answering;
  ++answer_;
  has_begun_ = false;
  is_head_ = false;
  keeps_alive_ = false;
  const unsigned status = reader_->refusal_status();
  const std::string text = std::string(reason_phrase(status)) + "\n";
  begin(status, {{"Content-Type", "text/plain"}, {"Content-Length", std::to_string(text.size())}});
  write(text, nullptr);
  finish();
}

void ServerConnection::hand_over() {
  phase_ = Phase::Answering;
  ++answer_;
  has_begun_ = false;
  framing_ = Framing::None;
  keeps_alive_ = reader_->keeps_alive();
  ServerRequest request = reader_->take();
  is_head_ = request.method == "HEAD";
  auto responder = std::make_shared<ConnectionResponder>(shared_from_this(), answer_);
  if (const auto handle = context_.handle) handle(std::move(request), std::move(responder));
}

void ServerConnection::begin(unsigned status, const std::vector<Header>& headers) {
  if (std::exchange(has_begun_, true)) return;
  const bool has_no_body = is_head_ || status == 204 || status == 304;
  const bool takes_chunks =
      reader_->state() != RequestReader::State::Refused && !reader_->is_http_1_0();
  const ResponseText text = response_text(status, headers);
  const bool is_crowded = context_.is_crowded && context_.is_crowded();
  keeps_alive_ = keeps_alive_ && text.keeps_alive && !is_crowded;
  std::string head = text.head;
  if (has_no_body) {
    framing_ = Framing::None;
  } else if (text.content_length) {
    framing_ = Framing::Length;
    length_left_ = *text.content_length;
  } else if (takes_chunks && !text.is_framed) {
    framing_ = Framing::Chunked;
    head += "Transfer-Encoding: chunked\r\n";
  } else {
    framing_ = Framing::UntilClose;
    keeps_alive_ = false;
  }
  if (!keeps_alive_ && text.keeps_alive) head += "Connection: close\r\n";
  enqueue(head + "\r\n", nullptr);
}

void ServerConnection::write(std::string bytes, Drained drained) {
  if (!has_begun_) begin(200, {});
  if (bytes.empty() || framing_ == Framing::None) {
    if (drained) context_.loop.post(std::move(drained));
    return;
  }
  if (framing_ == Framing::Length) {
    // More or less than announced is the handler's wish; the connection cannot go on after it.
    if (bytes.size() > length_left_) keeps_alive_ = false;
    length_left_ -= std::min<std::uint64_t>(bytes.size(), length_left_);
  }
  if (framing_ != Framing::Chunked) {
    enqueue(std::move(bytes), std::move(drained));
    return;
  }
  enqueue(chunk_head(bytes.size()), nullptr);
  enqueue(std::move(bytes), nullptr);
  enqueue("\r\n", std::move(drained));
}

void ServerConnection::write_raw(std::string bytes, Drained drained) {
  has_begun_ = true;
  framing_ = Framing::Raw;
  keeps_alive_ = false;
  enqueue(std::move(bytes), std::move(drained));
}

void ServerConnection::finish() {
  if (!has_begun_) begin(200, {{"Content-Length", "0"}});
  if (framing_ == Framing::Chunked) enqueue("0\r\n\r\n", nullptr);
  if (framing_ == Framing::Length && length_left_ != 0) keeps_alive_ = false;
  phase_ = Phase::Finishing;
  pump();
}

void ServerConnection::enqueue(std::string bytes, Drained drained) {
  if (bytes.empty()) {
    if (drained) context_.loop.post(std::move(drained));
    return;
  }
  output_.push_back({std::move(bytes), std::move(drained)});
  pump();
}

void ServerConnection::pump() {
  if (is_writing_ || phase_ == Phase::Closed) return;
  if (output_.empty()) {
    if (phase_ == Phase::Finishing) answer_done();
    return;
  }
  // After everything that the caller adds in this turn: one write instead of many.
  is_writing_ = true;
  last_activity_ = Clock::now();
  context_.loop.post([self = shared_from_this()] {
    if (self->phase_ == Phase::Closed) return;
    std::array<std::span<const char>, pieces_at_once_max> pieces;
    std::size_t count = 0;
    std::size_t offset = self->output_offset_;
    for (const Piece& piece : self->output_) {
      if (count == pieces.size()) break;
      pieces[count++] = std::span(piece.bytes).subspan(std::exchange(offset, 0));
    }
    self->stream_->write_some(std::span(pieces).first(count),
                              [self](std::optional<std::size_t> sent) { self->sent(sent); });
  });
}

void ServerConnection::sent(std::optional<std::size_t> count) {
  is_writing_ = false;
  if (phase_ == Phase::Closed) return;
  if (!count) {
    close();
    return;
  }
  last_activity_ = Clock::now();
  output_offset_ += *count;
  std::vector<Drained> drained;
  while (!output_.empty() && output_offset_ >= output_.front().bytes.size()) {
    output_offset_ -= output_.front().bytes.size();
    if (output_.front().drained) drained.push_back(std::move(output_.front().drained));
    output_.pop_front();
  }
  // The handler may write, finish or abort from inside.
  for (const Drained& call : drained) call();
  pump();
}

void ServerConnection::answer_done() {
  last_activity_ = Clock::now();
  if (!keeps_alive_) {
    linger();
    return;
  }
  phase_ = Phase::Reading;
  said_continue_ = false;
  reader_ = std::make_unique<RequestReader>(context_.request_size_max);
  // Not from here: the next handler may finish at once, and so would the one after it.
  context_.loop.post([self = shared_from_this()] {
    self->process();
    self->read();
  });
}

// Closing with unread bytes would reset the connection and could take the answer with it: the
// client gets a moment to read, and to close first.
void ServerConnection::linger() {
  phase_ = Phase::Lingering;
  input_.clear();
  stream_->end_output([self = shared_from_this()](std::optional<std::size_t>) {});
  timer_ = context_.loop.after(linger_time, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->close();
  });
  read();
}

void ServerConnection::check_time() {
  const bool is_waiting_for_client =
      phase_ == Phase::Opening || phase_ == Phase::Reading || is_writing_;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      last_activity_ + context_.idle_timeout - Clock::now());
  if (is_waiting_for_client && left.count() <= 0) {
    close();
    return;
  }
  const auto delay = is_waiting_for_client ? left : context_.idle_timeout;
  timer_ = context_.loop.after(delay, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->check_time();
  });
}

}  // namespace patchbay::net
