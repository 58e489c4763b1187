#include "core/base/log.hpp"

#include "core/base/text.hpp"

#include <utility>

namespace patchbay {

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::Error: return "error";
    case LogLevel::Warning: return "warning";
    case LogLevel::Info: return "info";
    case LogLevel::Debug: return "debug";
  }
  return "unknown";
}

Log::Log(const Redactor& redactor, LogLevel threshold, Sink sink)
    : redactor_(redactor), threshold_(threshold), sink_(std::move(sink)) {}

void Log::write(LogLevel level, std::string_view message) const {
  if (level > threshold_ || !sink_) return;
  sink_(level, printable(redactor_.redact(message)));
}

}  // namespace patchbay
