// A small HTTP/1.1 server on a loop: for the emulator, and for the gateway.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::net {

struct ServerRequest {
  std::string method;
  std::string target;           // "/path?query" as it came
  std::string path;             // decoded, without the query
  std::vector<Header> headers;  // names in lower case
  std::string body;

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
  // The decoded value of a query parameter; empty where it is missing.
  [[nodiscard]] std::string query(std::string_view name) const;
};

// The answer to one request; valid until finish() or abort(), or until the client is gone: later
// calls do nothing. Letting go of an unfinished answer aborts it.
class Responder {
 public:
  virtual ~Responder() = default;
  // False once the client has gone away.
  [[nodiscard]] virtual bool connected() const = 0;
  // The head; chunked unless a Content-Length header is given.
  virtual void begin(unsigned status, std::vector<Header> headers) = 0;
  // A piece of the body; `drained` is called when the connection can take more, or the client has
  // gone: ask connected() before writing on. Never from inside write().
  virtual void write(std::string bytes, std::function<void()> drained) = 0;
  virtual void finish() = 0;
  // Resets the connection at once, wherever the answer stands.
  virtual void abort() = 0;
  // Bytes to the connection as they are, for faults that no proper answer has. After it finish()
  // adds nothing and ends the connection.
  virtual void write_raw(std::string bytes, std::function<void()> drained) = 0;

  // begin, write and finish with a Content-Length.
  void answer(unsigned status, std::string_view content_type, std::string body);
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::size_t request_size_max = std::size_t{64} << 20U;
  std::size_t connections_max = 512;  // beyond it idle ones make way, then newcomers wait
  // For a request to begin, its head to be whole, its body and the answer to move on.
  std::chrono::milliseconds idle_timeout{75'000};
  // Both set: TLS.
  std::filesystem::path certificate_file;  // PEM
  std::filesystem::path private_key_file;  // PEM
};

class HttpServer {
 public:
  // The responder is shared: the handler keeps it while it works on the answer.
  using Handler = std::function<void(ServerRequest, std::shared_ptr<Responder>)>;

  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(EventLoop& loop,
                                                                  const HttpServerOptions& options,
                                                                  Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  virtual ~HttpServer() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;

 protected:
  HttpServer() = default;
};

}  // namespace patchbay::net
