#include "tests/unit/engine/scripted_client.hpp"

#include <array>
#include <span>

namespace patchbay::testing {
namespace {

std::string read_all(net::BodySource& body, std::optional<Error>& error) {
  std::string text;
  std::array<char, 1000> buffer{};  // no multiple of anything
  while (true) {
    const auto count = body.read(buffer);
    if (!count.ok()) {
      error = count.error();
      return text;
    }
    if (count.value() == 0) return text;
    text.append(buffer.data(), count.value());
  }
}

}  // namespace

void ScriptedClient::answer(std::vector<Step> steps) {
  auto left = std::make_shared<std::deque<Step>>(steps.begin(), steps.end());
  answers_.emplace_back([left] {
    if (left->empty()) return Step::hang();
    Step step = left->front();
    left->pop_front();
    return step;
  });
}

Result<net::ExchangeId> ScriptedClient::start(net::HttpRequest request,
                                              net::HttpObserver& observer) {
  SeenRequest& request_seen = seen.emplace_back();
  request_seen.method = request.method;
  request_seen.url = request.url.text();
  request_seen.headers = request.headers;
  request_seen.allow_private = request.allow_private;
  request_seen.deadline = request.deadline;
  if (request.credential)
    request_seen.credential = request.credential->name + ": " + request.credential->prefix +
                              std::string(request.credential->secret.expose_text());
  auto running = std::make_shared<Running>();
  running->observer = &observer;
  running->source = [] { return Step::hang(); };
  if (!answers_.empty()) {
    running->source = std::move(answers_.front());
    answers_.pop_front();
  }
  const net::ExchangeId id = ++last_id_;
  running_[id] = running;
  if (request.body && read_bodies) {
    std::optional<Error> error;
    request_seen.body = read_all(*request.body, error);
    if (error)
      running->source = [] { return Step::fail(net::NetFailureKind::Broken, true); };
    else if (request_seen.body.size() != request.body->size())
      return Error{ErrorCode::Internal, "a body does not have its size", {}, {}};
  }
  running->body = std::move(request.body);
  schedule(id);
  return id;
}

void ScriptedClient::cancel(net::ExchangeId exchange) {
  if (running_.erase(exchange) != 0) cancelled.push_back(exchange);
}

void ScriptedClient::resume(net::ExchangeId exchange) {
  const auto found = running_.find(exchange);
  if (found == running_.end()) return;
  if (std::exchange(found->second->paused, false)) schedule(exchange);
}

void ScriptedClient::schedule(net::ExchangeId exchange) {
  loop_.post([this, exchange, alive = alive_] {
    if (*alive) step(exchange);
  });
}

void ScriptedClient::step(net::ExchangeId exchange) {
  const auto found = running_.find(exchange);
  if (found == running_.end() || found->second->paused) return;
  const std::shared_ptr<Running> running = found->second;
  const Step next = running->source();
  if (next.kind == Step::Kind::Hang) return;
  if (next.kind == Step::Kind::End || next.kind == Step::Kind::Fail) running_.erase(exchange);
  if (deliver(*running, next)) schedule(exchange);
}

bool ScriptedClient::deliver(Running& running, const Step& step) {
  switch (step.kind) {
    case Step::Kind::Head: {
      const std::vector<net::Header> headers{{"content-type", "application/json"}};
      running.observer->on_head(step.status, headers);
      return true;
    }
    case Step::Kind::Data: {
      // A copy that is gone after the call: whoever kept a pointer into it reads freed memory.
      const std::vector<std::uint8_t> bytes(step.data.begin(), step.data.end());
      if (running.observer->on_data(bytes) == net::Flow::Continue) return true;
      running.paused = true;
      ++pause_count;
      return false;
    }
    case Step::Kind::End: running.observer->on_end(); return false;
    case Step::Kind::Fail: running.observer->on_fail(step.failure); return false;
    case Step::Kind::Hang: break;
  }
  return false;
}

}  // namespace patchbay::testing
