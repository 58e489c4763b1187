#include "host/emulator/sending.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::size_t piece_size = std::size_t{64} << 10U;
constexpr std::uint64_t drip_count = 50;  // pieces of a body that drips
constexpr std::chrono::milliseconds drip_time_default{2000};
constexpr std::chrono::milliseconds silence_default{1000};

// Sizes that put the ends of pieces everywhere: within UTF-8, "\r\n" and groups of base64.
constexpr std::array<std::size_t, 7> small_sizes = {1, 2, 3, 5, 7, 4, 6};
constexpr std::array<std::size_t, 5> odd_sizes = {1'021, 4'093, 127, 16'381, 8'191};
constexpr std::uint64_t small_until = 2'048;

}  // namespace

Manner manner_of(const FaultSet& faults, std::chrono::milliseconds latency) {
  Manner manner;
  manner.before_head = latency;
  if (faults.has(Fault::Silent)) manner.before_head += faults.time(Fault::Silent, silence_default);
  if (faults.has(Fault::TwoContentLength)) manner.framing = Manner::Framing::TwoContentLength;
  if (faults.has(Fault::Split)) manner.pace = Manner::Pace::Split;
  if (faults.has(Fault::Slow)) {
    manner.pace = Manner::Pace::Drip;
    manner.drip_time = faults.time(Fault::Slow, drip_time_default);
  }
  if (faults.has(Fault::StallBody)) manner.end = Manner::End::StallBody;
  if (faults.has(Fault::StallHead)) manner.end = Manner::End::StallHead;
  if (faults.has(Fault::DropMid)) manner.end = Manner::End::DropMid;
  if (faults.has(Fault::DropBefore)) manner.end = Manner::End::DropBefore;
  return manner;
}

Sending::Sending(net::EventLoop& loop,
                 std::shared_ptr<net::Responder> responder,
                 Reply reply,
                 const Manner& manner,
                 std::function<void()> on_over)
    : loop_(loop),
      responder_(std::move(responder)),
      reply_(std::move(reply)),
      manner_(manner),
      on_over_(std::move(on_over)) {}

void Sending::start() {
  if (manner_.before_head.count() == 0) return send_head();
  timer_ = loop_.after(manner_.before_head, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->send_head();
  });
}

void Sending::send_head() {
  if (!responder_->connected()) return over();
  if (manner_.end == Manner::End::DropBefore) return abort();
  if (manner_.end == Manner::End::StallHead) return;
  if (manner_.framing == Manner::Framing::TwoContentLength) return send_two_lengths();
  if (manner_.pace == Manner::Pace::Drip) {
    drip_size_ = static_cast<std::size_t>(reply_.body.size() / drip_count) + 1;
    drip_gap_ = manner_.drip_time / drip_count;
  }
  const bool loses_its_end =
      manner_.end == Manner::End::DropMid || manner_.end == Manner::End::StallBody;
  if (loses_its_end) reply_.body.truncate(reply_.body.size() / 2);
  responder_->begin(reply_.status, std::move(reply_.headers));
  send_piece();
}

// Written raw: no proper server gives two lengths. The second would have more come than does.
void Sending::send_two_lengths() {
  const std::uint64_t size = reply_.body.size();
  std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n";
  head += "Content-Length: " + std::to_string(size) + "\r\n";
  head += "Content-Length: " + std::to_string(size + 100) + "\r\nConnection: close\r\n\r\n";
  responder_->write_raw(std::move(head), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->send_raw_rest();
  });
}

void Sending::send_raw_rest() {
  if (over_) return;
  std::string piece = reply_.body.next(piece_size);
  if (piece.empty()) return end_body();
  responder_->write_raw(std::move(piece), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->send_raw_rest();
  });
}

std::size_t Sending::piece_size_max() {
  if (manner_.pace == Manner::Pace::Drip) return std::clamp<std::size_t>(drip_size_, 4, piece_size);
  if (manner_.pace == Manner::Pace::Full) return piece_size;
  const auto turn = static_cast<std::size_t>(sent_);
  return sent_ < small_until ? small_sizes[turn % small_sizes.size()]
                             : odd_sizes[turn % odd_sizes.size()];
}

void Sending::send_piece() {
  if (over_) return;
  if (!responder_->connected()) return over();
  std::string piece = reply_.body.next(piece_size_max());
  if (piece.empty()) return end_body();
  sent_ += piece.size();
  responder_->write(std::move(piece), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->drained();
  });
}

void Sending::drained() {
  std::chrono::milliseconds gap = drip_gap_;
  if (reply_.pause && sent_ >= reply_.pause->after)
    gap += std::exchange(reply_.pause, std::nullopt)->time;
  if (gap.count() == 0) return send_piece();
  timer_ = loop_.after(gap, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->send_piece();
  });
}

void Sending::end_body() {
  if (manner_.end == Manner::End::StallBody) return;
  if (manner_.end == Manner::End::DropMid) return abort();
  responder_->finish();
  over();
}

void Sending::abort() {
  if (over_) return;
  responder_->abort();
  over();
}

void Sending::over() {
  if (std::exchange(over_, true)) return;
  timer_ = {};
  on_over_();
}

}  // namespace patchbay::emulator
