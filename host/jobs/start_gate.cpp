#include "host/jobs/start_gate.hpp"

#include <algorithm>

namespace patchbay::host {

StartGate::Ticket StartGate::wait(std::function<void()> start) {
  waiting_.push_back({++last_number_, std::move(start)});
  look_again();
  return Ticket(this, last_number_);
}

void StartGate::give_back(std::uint64_t number) {
  const auto withdrawn = std::ranges::find(waiting_, number, &Waiting::number);
  if (withdrawn != waiting_.end()) {
    waiting_.erase(withdrawn);
    return;
  }
  --running_;
  look_again();
}

// Always from the loop: whoever waits or gives back is in the middle of something.
void StartGate::look_again() {
  if (waiting_.empty() || running_ >= limits_.running_max) return;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(next_start_ - std::chrono::steady_clock::now());
  timer_ = loop_.after(std::max(left, std::chrono::milliseconds(0)), [this] { let_in(); });
}

void StartGate::let_in() {
  if (waiting_.empty() || running_ >= limits_.running_max) return;
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_start_) {
    next_start_ = now + limits_.interval;
    ++running_;
    const std::function<void()> start = std::move(waiting_.front().start);
    waiting_.pop_front();
    start();
  }
  look_again();
}

}  // namespace patchbay::host
