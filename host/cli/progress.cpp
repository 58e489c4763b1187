#include "host/cli/progress.hpp"

#include "host/cli/console.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::chrono::milliseconds tick_interval{100};
constexpr std::array<std::string_view, 4> frames{"|", "/", "-", "\\"};

// "12.3", of a number of tenths.
std::string with_one_decimal(std::uint64_t tenths) {
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

std::string readable_bytes(std::uint64_t count) {
  static constexpr std::array<std::string_view, 3> units{"KiB", "MiB", "GiB"};
  if (count < 1024) return std::to_string(count) + " bytes";
  std::uint64_t tenths = count * 10 / 1024;
  std::size_t unit = 0;
  while (tenths >= 10240 && unit + 1 < units.size()) {
    tenths /= 1024;
    ++unit;
  }
  return with_one_decimal(tenths) + " " + std::string(units[unit]);
}

std::string readable_cost(std::uint64_t nano_usd) {
  constexpr std::uint64_t nano = 1'000'000'000;
  std::string fraction = std::to_string(nano + nano_usd % nano).substr(1);
  fraction.erase(std::max<std::size_t>(fraction.find_last_not_of('0') + 1, 2));
  return "$" + std::to_string(nano_usd / nano) + "." + fraction;
}

std::string readable_seconds(std::chrono::milliseconds duration) {
  return with_one_decimal(static_cast<std::uint64_t>(duration.count()) / 100) + " s";
}

Progress::Progress(Console& console,
                   net::EventLoop& loop,
                   std::function<std::string()> what,
                   std::function<std::uint64_t()> bytes_received)
    : console_(console),
      loop_(loop),
      what_(std::move(what)),
      bytes_received_(std::move(bytes_received)),
      start_(std::chrono::steady_clock::now()) {
  if (console_.shows_status()) tick();
}

Progress::~Progress() {
  console_.clear_status();
}

void Progress::tick() {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start_);
  const std::uint64_t bytes = bytes_received_();
  std::string line = std::string(frames[frame_++ % frames.size()]) + " " + what_() + "  " +
                     readable_seconds(elapsed);
  if (bytes > 0) line += "  " + readable_bytes(bytes);
  console_.status(line);
  timer_ = loop_.after(tick_interval, [this] { tick(); });
}

}  // namespace patchbay::cli
