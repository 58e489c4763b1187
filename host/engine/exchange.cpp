#include "host/engine/exchange.hpp"

#include <utility>

namespace patchbay::host {

std::optional<ExchangeEvent> Exchange::take() {
  if (over_) return std::nullopt;
  ExchangeEvent event;
  if (head_ && !head_taken_) {
    head_taken_ = true;
    event.kind = PATCHBAY_IN_HTTP_HEAD;
    event.head = &*head_;
    return event;
  }
  head_.reset();
  if (!data_.empty()) {
    event.kind = PATCHBAY_IN_HTTP_DATA;
    event.data = std::exchange(data_, {});
    return event;
  }
  kept_.clear();
  if (failure_) {
    over_ = true;
    event.kind = PATCHBAY_IN_HTTP_FAIL;
    event.failure = &*failure_;
    return event;
  }
  if (!ended_) return std::nullopt;
  over_ = true;
  return event;
}

void Exchange::refuse(const Error& why) {
  refusal_ = why;
  net::NetFailure failure;
  failure.kind = net::NetFailureKind::Policy;
  failure.message = why.message;
  failure.sent = false;
  failure_ = std::move(failure);
}

void Exchange::give_up() {
  over_ = true;
  head_.reset();
  data_ = {};
  kept_ = {};
}

bool Exchange::may_be_sent() const {
  if (head_taken_ || head_ || ended_) return true;
  if (failure_) return failure_->sent;
  return client_id_ != 0 && (!has_body_ || progress_->bytes_sent != 0);
}

void Exchange::started(net::ExchangeId client_id, bool has_body) {
  client_id_ = client_id;
  has_body_ = has_body;
}

void Exchange::on_head(unsigned status, std::span<const net::Header> headers) {
  if (over_) return;
  ExchangeHead head;
  head.status = status;
  head.headers.assign(headers.begin(), headers.end());
  head_ = std::move(head);
  head_taken_ = false;
  listener_();
}

net::Flow Exchange::on_data(std::span<const std::uint8_t> bytes) {
  bytes_received_ += bytes.size();
  if (over_) return net::Flow::Continue;
  if (data_.empty()) {
    data_ = bytes;
    listener_();
    if (over_) return net::Flow::Continue;
  } else {
    kept_.insert(kept_.end(), bytes.begin(), bytes.end());
    data_ = kept_;
  }
  if (data_.data() == bytes.data() && !data_.empty()) {
    kept_.assign(bytes.begin(), bytes.end());
    data_ = kept_;
  }
  if (data_.empty() && awaited_()) return net::Flow::Continue;
  paused_ = true;
  return net::Flow::Pause;
}

void Exchange::on_end() {
  if (over_) return;
  ended_ = true;
  listener_();
}

void Exchange::on_fail(const net::NetFailure& failure) {
  if (over_) return;
  failure_ = failure;
  listener_();
}

}  // namespace patchbay::host
