#include "host/emulator/key_limits.hpp"

namespace patchbay::emulator {

void KeyLimits::apply(
    const RequestSource& source, KeyKind kind, std::uint64_t billed, Time now, FaultSet& faults) {
  constexpr std::chrono::milliseconds window{1000};
  if (!is_accepted(kind)) return;
  const bool is_drained = options_.quota > 0 && billed >= options_.quota;
  if (kind == KeyKind::Drained || is_drained) return faults.add(Fault::KeyLimit, std::nullopt);
  const unsigned rate = kind == KeyKind::Limited ? limited_key_rate : options_.rate;
  if (rate == 0) return;
  std::deque<Time>& times = recent_[{source.provider, source.key}];
  while (!times.empty() && times.front() + window <= now) times.pop_front();
  if (times.size() < rate) return times.push_back(now);
  const auto wait =
      std::chrono::duration_cast<std::chrono::milliseconds>(times.front() + window - now);
  faults.add(Fault::Rate, wait + std::chrono::milliseconds(1));
}

}  // namespace patchbay::emulator
