// A client without a network: the answer to each request is a list of steps, so that a test decides
// how the bytes are cut. It keeps the rules of net::HttpClient, and notices when it could not.
#pragma once

#include "core/net/http_client.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::testing {

struct Step {
  enum class Kind : std::uint8_t { Head, Data, End, Fail, Hang } kind = Kind::Hang;
  unsigned status = 0;
  std::string data;
  net::NetFailure failure;

  static Step head(unsigned status) { return {Kind::Head, status, {}, {}}; }
  static Step bytes(std::string data) { return {Kind::Data, 0, std::move(data), {}}; }
  static Step end() { return {Kind::End, 0, {}, {}}; }
  static Step hang() { return {Kind::Hang, 0, {}, {}}; }
  static Step fail(net::NetFailureKind kind, bool sent) {
    return {Kind::Fail, 0, {}, net::NetFailure{kind, "scripted failure", sent}};
  }
};

// What one request was, as it would be on the wire.
struct SeenRequest {
  std::string method;
  std::string url;
  std::vector<net::Header> headers;
  std::string credential;  // "name: prefix and secret"; empty: none
  std::string body;
  net::AllowPrivate allow_private = net::AllowPrivate::No;
  std::chrono::milliseconds deadline{0};
};

class ScriptedClient final : public net::HttpClient {
 public:
  // Gives one step after the other; Hang where nothing more comes.
  using Source = std::function<Step()>;

  explicit ScriptedClient(net::EventLoop& loop) : loop_(loop) {}
  ~ScriptedClient() override { *alive_ = false; }

  // Of the next request, in the order of the calls.
  void answer(std::vector<Step> steps);
  void answer_from(Source source) { answers_.push_back(std::move(source)); }

  [[nodiscard]] Result<net::ExchangeId> start(net::HttpRequest request,
                                              net::HttpObserver& observer) override;
  void cancel(net::ExchangeId exchange) override;
  void resume(net::ExchangeId exchange) override;

  std::vector<SeenRequest> seen;
  std::vector<net::ExchangeId> cancelled;
  int pause_count = 0;
  bool read_bodies = true;  // false: the connection takes nothing

 private:
  struct Running {
    net::HttpObserver* observer = nullptr;
    Source source;
    std::unique_ptr<net::BodySource> body;
    bool paused = false;
  };

  void schedule(net::ExchangeId exchange);
  void step(net::ExchangeId exchange);
  [[nodiscard]] bool deliver(Running& running, const Step& step);

  net::EventLoop& loop_;
  std::deque<Source> answers_;
  std::map<net::ExchangeId, std::shared_ptr<Running>> running_;
  net::ExchangeId last_id_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace patchbay::testing
