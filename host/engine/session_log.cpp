#include "host/engine/session_log.hpp"

#include "core/base/text.hpp"

namespace patchbay::host {

void SessionLog::write(std::int32_t level, std::string_view text) noexcept {
  const unsigned count = count_.fetch_add(1);
  if (count > log_messages_max) return;
  const auto highest = static_cast<std::int32_t>(LogLevel::Debug);
  const LogLevel known =
      level < 0 || level > highest ? LogLevel::Debug : LogLevel{static_cast<std::uint8_t>(level)};
  try {
    const std::string words = count == log_messages_max
                                  ? "says too much; the rest is left out"
                                  : printable(text.substr(0, log_message_size_max));
    log_.write(known, name_ + ": " + words);
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; a log line is not worth more
  }
}

}  // namespace patchbay::host
