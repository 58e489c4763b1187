#include "core/net/byte_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace patchbay::net {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using ErrorStatus = boost::system::error_code;

constexpr std::size_t gathered_pieces_max = 16;
constexpr std::chrono::milliseconds accept_retry_delay{100};

// A fixed number of buffers, of which the last may be empty.
using Gathered = std::array<asio::const_buffer, gathered_pieces_max>;

Gathered gather(std::span<const std::span<const char>> pieces) {
  Gathered buffers;
  for (std::size_t i = 0; i < std::min(pieces.size(), buffers.size()); ++i) {
    buffers[i] = asio::buffer(pieces[i].data(), pieces[i].size());
  }
  return buffers;
}

// A failed operation may have moved bytes all the same; nobody needs to know how many.
auto reporting(ByteStream::Done done) {
  return [done = std::move(done)](ErrorStatus failure, std::size_t count = 0) {
    done(failure ? std::nullopt : std::optional(count));
  };
}

void close_socket(Tcp::socket& socket) {
  ErrorStatus ignored;
  socket.close(ignored);
}

void reset_socket(Tcp::socket& socket) {
  ErrorStatus ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Tcp::socket socket) : socket_(std::move(socket)) {}

  void open(Done done) override { done(0); }
  void read_some(std::span<char> into, Done done) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()), reporting(std::move(done)));
  }
  void write_some(std::span<const std::span<const char>> pieces, Done done) override {
    socket_.async_write_some(gather(pieces), reporting(std::move(done)));
  }
  void end_output(Done done) override {
    ErrorStatus ignored;
    socket_.shutdown(Tcp::socket::shutdown_send, ignored);
    done(0);
  }
  void close() override { close_socket(socket_); }
  void reset() override { reset_socket(socket_); }

 private:
  Tcp::socket socket_;
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(Tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  void open(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server, reporting(std::move(done)));
  }
  void read_some(std::span<char> into, Done done) override {
    stream_.async_read_some(asio::buffer(into.data(), into.size()), reporting(std::move(done)));
  }
  void write_some(std::span<const std::span<const char>> pieces, Done done) override {
    stream_.async_write_some(gather(pieces), reporting(std::move(done)));
  }
  void end_output(Done done) override { stream_.async_shutdown(reporting(std::move(done))); }
  void close() override { close_socket(stream_.next_layer()); }
  void reset() override { reset_socket(stream_.next_layer()); }

 private:
  std::shared_ptr<asio::ssl::context> context_;  // shared with the listener and its other streams
  asio::ssl::stream<Tcp::socket> stream_;
};

class TcpListener final : public Listener {
 public:
  TcpListener(EventLoop& loop, Handler handler)
      : loop_(loop), state_(std::make_shared<State>(loop.context(), std::move(handler))) {}
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener() override {
    ErrorStatus ignored;
    state_->handler = nullptr;
    state_->acceptor.close(ignored);
  }

  [[nodiscard]] Status listen(const HttpServerOptions& options);
  [[nodiscard]] std::uint16_t port() const override {
    ErrorStatus ignored;
    return state_->acceptor.local_endpoint(ignored).port();
  }
  void accept_one() override;

 private:
  // Shared with the pending accept, which outlives the listener for a moment.
  struct State {
    State(asio::io_context& context, Handler callback)
        : acceptor(context), handler(std::move(callback)) {}

    Tcp::acceptor acceptor;
    Handler handler;
    std::shared_ptr<asio::ssl::context> tls;  // null: in the clear
  };
  void accepted(ErrorStatus failure, Tcp::socket socket);

  EventLoop& loop_;
  std::shared_ptr<State> state_;
  EventLoop::Timer retry_;
};

Error listen_error(const HttpServerOptions& options, const std::string& why) {
  return Error{.code = ErrorCode::BadInput,
               .message = "cannot listen on " + options.address + ":" +
                          std::to_string(options.port) + ": " + why,
               .hint = {},
               .provider = {}};
}

Result<std::shared_ptr<asio::ssl::context>> load_tls(const HttpServerOptions& options) {
  ErrorStatus failure;
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  context->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failure);
  if (!failure) context->use_certificate_chain_file(options.certificate_file.string(), failure);
  if (failure) {
    return listen_error(
        options, "certificate " + options.certificate_file.string() + ": " + failure.message());
  }
  context->use_private_key_file(
      options.private_key_file.string(), asio::ssl::context::pem, failure);
  if (failure) {
    return listen_error(
        options, "private key " + options.private_key_file.string() + ": " + failure.message());
  }
  return context;
}

Status TcpListener::listen(const HttpServerOptions& options) {
  ErrorStatus failure;
  const auto address = asio::ip::make_address(options.address, failure);
  if (failure) return listen_error(options, "the address is not a numeric one");
  if (options.certificate_file.empty() != options.private_key_file.empty()) {
    return listen_error(options, "TLS needs both a certificate and its private key");
  }
  if (!options.certificate_file.empty()) state_->tls = PATCHBAY_TRY(load_tls(options));
  const Tcp::endpoint endpoint(address, options.port);
  Tcp::acceptor& acceptor = state_->acceptor;
  acceptor.open(endpoint.protocol(), failure);
  if (!failure) acceptor.set_option(asio::socket_base::reuse_address(true), failure);
  if (!failure) acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) return listen_error(options, failure.message());
  return {};
}

void TcpListener::accept_one() {
  state_->acceptor.async_accept([this, state = state_](ErrorStatus failure, Tcp::socket socket) {
    if (state->handler) accepted(failure, std::move(socket));
  });
}

void TcpListener::accepted(ErrorStatus failure, Tcp::socket socket) {
  if (failure) {
    // Out of descriptors, or the peer has gone already: both pass.
    retry_ = loop_.after(accept_retry_delay, [this] { accept_one(); });
    return;
  }
  ErrorStatus ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  if (state_->tls == nullptr) {
    state_->handler(std::make_unique<PlainStream>(std::move(socket)));
  } else {
    state_->handler(std::make_unique<TlsStream>(std::move(socket), state_->tls));
  }
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(EventLoop& loop,
                                                 const HttpServerOptions& options,
                                                 Handler handler) {
  auto listener = std::make_unique<TcpListener>(loop, std::move(handler));
  PATCHBAY_TRY(listener->listen(options));
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace patchbay::net
