// Reading the values of options: numbers, sizes, durations, pairs. Every complaint names the
// option.
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::cli {

// All errors are Usage.
[[nodiscard]] Error bad_value(std::string_view option,
                              std::string_view text,
                              std::string_view wanted);

struct NumberRange {
  std::int64_t min;
  std::int64_t max;
};
[[nodiscard]] Result<std::int64_t> parse_number(std::string_view option,
                                                std::string_view text,
                                                NumberRange range);

inline constexpr std::int64_t pixels_max = 16384;  // of one side

struct PixelSize {
  std::int64_t width;
  std::int64_t height;
};
// "1024x768"
[[nodiscard]] Result<PixelSize> parse_pixel_size(std::string_view option, std::string_view text);

inline constexpr std::chrono::hours duration_max{24};

// "90" (seconds), "1500ms", "90s", "2m", "1h"; more than nothing, at most a day.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view option,
                                                               std::string_view text);
// Milliseconds as a plain number, or any of the above; nothing is allowed.
[[nodiscard]] Result<std::chrono::milliseconds> parse_latency(std::string_view option,
                                                              std::string_view text);
// "300000", "512K", "20M", "1G": powers of 1024.
[[nodiscard]] Result<std::uint64_t> parse_byte_count(std::string_view option,
                                                     std::string_view text);

// "24h", "7d", "90m": so long before `now`; or a date, "2026-11-01" or "2026-11-01 10:00:00", in
// UTC.
[[nodiscard]] Result<std::int64_t> parse_since(std::string_view option,
                                               std::string_view text,
                                               std::int64_t now_unix_ms);

// "name=value"; the name is not empty.
[[nodiscard]] Result<std::pair<std::string, std::string>> parse_pair(std::string_view option,
                                                                     std::string_view text);
// "16:9"
[[nodiscard]] Result<std::string> parse_aspect_ratio(std::string_view option,
                                                     std::string_view text);

}  // namespace patchbay::cli
