#include "host/engine/exchange_board.hpp"

#include "host/engine/contract.hpp"

#include <string>
#include <utility>

namespace patchbay::host {
namespace {

std::string id_name(std::uint64_t id) {
  return "id " + std::to_string(id);
}

}  // namespace

Status ExchangeBoard::check_new(std::uint64_t id) const {
  if (id == 0) return contract_error("an exchange or timer with id 0");
  if (exchanges_.contains(id) || timers_.contains(id))
    return contract_error(id_name(id) + " is used twice");
  return {};
}

Result<Exchange*> ExchangeBoard::claim(std::uint64_t id, std::shared_ptr<BodyProgress> progress) {
  PATCHBAY_TRY(check_new(id));
  if (exchanges_.size() >= options_.exchanges_max)
    return contract_error("more than " + std::to_string(options_.exchanges_max) +
                          " exchanges in one session");
  auto exchange = std::make_unique<Exchange>(
      std::move(progress), options_.listener, [this, id] { return awaited_ == id; });
  Exchange* claimed = exchange.get();
  exchanges_.emplace(id, std::move(exchange));
  return claimed;
}

Status ExchangeBoard::start(Exchange& exchange, net::HttpRequest request) {
  const bool has_body = request.body != nullptr;
  exchange.started(PATCHBAY_TRY(options_.client.start(std::move(request), exchange)), has_body);
  return {};
}

Status ExchangeBoard::start_timer(std::uint64_t id, std::chrono::milliseconds delay) {
  PATCHBAY_TRY(check_new(id));
  if (timers_.size() >= session_timers_max)
    return contract_error("more than " + std::to_string(session_timers_max) +
                          " timers in one session");
  WaitTimer& timer = timers_[id];
  timer.timer = options_.loop.after(delay, [this, id] {
    timers_[id].fired = true;
    options_.listener();
  });
  return {};
}

Status ExchangeBoard::give_up(std::uint64_t id) {
  if (const auto timer = timers_.find(id); timer != timers_.end()) {
    timer->second.over = true;
    return {};
  }
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return contract_error("it gives up " + id_name(id) + ", unused");
  Exchange& exchange = *found->second;
  if (exchange.is_over()) return {};
  exchange.give_up();
  if (exchange.client_id() != 0) options_.client.cancel(exchange.client_id());
  return {};
}

void ExchangeBoard::give_up_all() {
  timers_.clear();
  awaited_ = 0;
  for (auto& [id, exchange] : exchanges_) {
    if (exchange->is_over()) continue;
    exchange->give_up();
    if (exchange->client_id() != 0) options_.client.cancel(exchange->client_id());
  }
}

Status ExchangeBoard::await(std::uint64_t id) {
  const auto exchange = exchanges_.find(id);
  const auto timer = timers_.find(id);
  const bool may_come = (exchange != exchanges_.end() && !exchange->second->is_over()) ||
                        (timer != timers_.end() && !timer->second.over);
  if (!may_come) {
    awaited_ = 0;
    return contract_error("it waits for " + id_name(id) + ", of which nothing can come");
  }
  awaited_ = id;
  return {};
}

std::optional<ExchangeBoard::Input> ExchangeBoard::take() {
  Input input;
  input.id = awaited_;
  if (const auto timer = timers_.find(awaited_); timer != timers_.end()) {
    if (!timer->second.fired || timer->second.over) return std::nullopt;
    timer->second.over = true;
    input.event.kind = PATCHBAY_IN_TIMER;
    return input;
  }
  const auto exchange = exchanges_.find(awaited_);
  if (exchange == exchanges_.end()) return std::nullopt;
  const auto event = exchange->second->take();
  if (!event) return std::nullopt;
  input.event = *event;
  if (event->head != nullptr && !first_head_) first_head_ = options_.clock.steady();
  return input;
}

void ExchangeBoard::resume_awaited() {
  if (!is_awaited_paused()) return;
  Exchange& exchange = *exchanges_.at(awaited_);
  exchange.release_pause();
  options_.client.resume(exchange.client_id());
}

bool ExchangeBoard::is_awaited_paused() const {
  const Exchange* exchange = find(awaited_);
  return exchange != nullptr && exchange->is_paused();
}

bool ExchangeBoard::may_be_sent() const {
  for (const auto& [id, exchange] : exchanges_)
    if (exchange->may_be_sent()) return true;
  return false;
}

std::uint64_t ExchangeBoard::bytes_sent() const {
  std::uint64_t size = 0;
  for (const auto& [id, exchange] : exchanges_) size += exchange->progress().bytes_sent;
  return size;
}

std::uint64_t ExchangeBoard::bytes_received() const {
  std::uint64_t size = 0;
  for (const auto& [id, exchange] : exchanges_) size += exchange->bytes_received();
  return size;
}

const Exchange* ExchangeBoard::find(std::uint64_t id) const {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : found->second.get();
}

}  // namespace patchbay::host
