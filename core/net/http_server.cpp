#include "core/net/http_server.hpp"

#include "core/net/byte_stream.hpp"
#include "core/net/server_connection.hpp"

#include <map>
#include <utility>

namespace patchbay::net {
namespace {

class LoopHttpServer final : public HttpServer {
 public:
  LoopHttpServer(EventLoop& loop, HttpServerOptions options, Handler handler)
      : loop_(loop), options_(std::move(options)), handler_(std::move(handler)) {}
  LoopHttpServer(const LoopHttpServer&) = delete;
  LoopHttpServer& operator=(const LoopHttpServer&) = delete;
  ~LoopHttpServer() override {
    listener_.reset();
    for (const auto& [key, connection] : std::exchange(connections_, {})) connection->shut();
  }

  [[nodiscard]] Status listen() {
    listener_ =
        PATCHBAY_TRY(Listener::open(loop_, options_, [this](std::unique_ptr<ByteStream> stream) {
          accepted(std::move(stream));
        }));
    listener_->accept_one();
    return {};
  }
  [[nodiscard]] std::uint16_t port() const override { return listener_->port(); }

 private:
  void accepted(std::unique_ptr<ByteStream> stream);
  void serve(std::unique_ptr<ByteStream> stream);
  void close_idlest();
  void forget(ServerConnection& connection);

  EventLoop& loop_;
  const HttpServerOptions options_;
  const Handler handler_;
  std::unique_ptr<Listener> listener_;
  // Shared with the operations under way.
  std::map<ServerConnection*, std::shared_ptr<ServerConnection>> connections_;
  std::unique_ptr<ByteStream> waiting_;  // accepted where all others were busy
};

void LoopHttpServer::accepted(std::unique_ptr<ByteStream> stream) {
  if (connections_.size() >= options_.connections_max) close_idlest();
  if (connections_.size() >= options_.connections_max) {
    waiting_ = std::move(stream);  // and those behind it stay in the backlog
    return;
  }
  serve(std::move(stream));
  listener_->accept_one();
}

void LoopHttpServer::serve(std::unique_ptr<ByteStream> stream) {
  auto connection = std::make_shared<ServerConnection>(
      ConnectionContext{.loop = loop_,
                        .request_size_max = options_.request_size_max,
                        .idle_timeout = options_.idle_timeout,
                        .handle = handler_,
                        .is_crowded = [this] { return waiting_ != nullptr; },
                        .closed = [this](ServerConnection& gone) { forget(gone); }},
      std::move(stream));
  connections_.emplace(connection.get(), connection);
  connection->start();
}

void LoopHttpServer::close_idlest() {
  std::shared_ptr<ServerConnection> idlest;
  for (const auto& [key, connection] : connections_) {
    if (connection->is_idle() &&
        (idlest == nullptr || connection->last_activity() < idlest->last_activity())) {
      idlest = connection;
    }
  }
  if (idlest != nullptr) idlest->close();
}

void LoopHttpServer::forget(ServerConnection& connection) {
  connections_.erase(&connection);
  if (waiting_ == nullptr) return;
  serve(std::exchange(waiting_, nullptr));
  listener_->accept_one();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(EventLoop& loop,
                                                       const HttpServerOptions& options,
                                                       Handler handler) {
  auto server = std::make_unique<LoopHttpServer>(loop, options, std::move(handler));
  PATCHBAY_TRY(server->listen());
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace patchbay::net
