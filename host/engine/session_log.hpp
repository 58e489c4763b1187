// What an adapter says to the person who runs the host: bounded, and printable.
#pragma once

#include "core/base/log.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::host {

inline constexpr unsigned log_messages_max = 200;          // of one session
inline constexpr std::size_t log_message_size_max = 2048;  // bytes

// Thread-safe.
class SessionLog {
 public:
  SessionLog(const Log& log, std::string name) : log_(log), name_(std::move(name)) {}

  // `level` is one of PATCHBAY_LOG_*, or anything else.
  void write(std::int32_t level, std::string_view text) noexcept;

 private:
  const Log& log_;
  std::string name_;
  std::atomic<unsigned> count_ = 0;
};

}  // namespace patchbay::host
