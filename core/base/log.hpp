// Messages for the person who runs the program. Whatever is written passes the Redactor first.
#pragma once

#include "core/base/redactor.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace patchbay {

enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

// Thread-safe if the sink is. The sink gets one redacted line without its end.
class Log {
 public:
  using Sink = std::function<void(LogLevel, std::string_view line)>;

  Log(const Redactor& redactor, LogLevel threshold, Sink sink);

  void write(LogLevel level, std::string_view message) const;
  void error(std::string_view message) const { write(LogLevel::Error, message); }
  void warning(std::string_view message) const { write(LogLevel::Warning, message); }
  void info(std::string_view message) const { write(LogLevel::Info, message); }
  void debug(std::string_view message) const { write(LogLevel::Debug, message); }

 private:
  const Redactor& redactor_;
  LogLevel threshold_;
  Sink sink_;
};

}  // namespace patchbay
