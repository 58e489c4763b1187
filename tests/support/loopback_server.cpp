#include "tests/support/loopback_server.hpp"

#include "tests/support/test_certificate.hpp"

#include <future>
#include <stdexcept>
#include <utility>

namespace patchbay::testing {
namespace {

net::HttpServerOptions tls_options(const TestCertificate& certificate) {
  net::HttpServerOptions options;
  options.certificate_file = certificate.certificate_file();
  options.private_key_file = certificate.private_key_file();
  return options;
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler, net::HttpServerOptions options)
    : is_tls_(!options.certificate_file.empty()) {
  auto server = net::HttpServer::listen(
      loop_,
      options,
      [this, handler = std::move(handler)](net::ServerRequest request,
                                           std::shared_ptr<net::Responder> responder) {
        requests_.push_back(request);
        handler(std::move(request), std::move(responder));
      });
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(server).value();
  port_ = server_->port();
  thread_ = std::thread([this] { loop_.run(); });
}

LoopbackServer::LoopbackServer(Handler handler, const TestCertificate& certificate)
    : LoopbackServer(std::move(handler), tls_options(certificate)) {}

LoopbackServer::~LoopbackServer() {
  loop_.post([this] {
    server_.reset();
    loop_.stop();
  });
  thread_.join();
}

std::string LoopbackServer::url() const {
  return (is_tls_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::vector<net::ServerRequest> LoopbackServer::requests() {
  std::vector<net::ServerRequest> copy;
  run([&] { copy = requests_; });
  return copy;
}

void LoopbackServer::run(const std::function<void()>& task) {
  std::promise<void> done;
  loop_.post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace patchbay::testing
