#include "host/cli/values.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>
#include <optional>
#include <system_error>

namespace patchbay::cli {
namespace {

constexpr std::size_t shown_size_max = 64;  // bytes of a bad value that an error repeats

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};

// The number before the longest suffix that fits, times its factor.
std::optional<std::int64_t> number_with_unit(std::string_view text, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.suffix)) continue;
    const auto number = whole_number(text.substr(0, text.size() - unit.suffix.size()));
    if (!number || *number < 0) continue;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit.factor) return {};
    return *number * unit.factor;
  }
  return {};
}

constexpr std::array duration_units{
    Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"", 1000}};
constexpr std::array latency_units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"", 1}};
constexpr std::array byte_units{Unit{"K", std::int64_t{1} << 10},
                                Unit{"M", std::int64_t{1} << 20},
                                Unit{"G", std::int64_t{1} << 30},
                                Unit{"", 1}};

constexpr std::array span_units{
    Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000}, Unit{"w", 604'800'000}};

constexpr std::int64_t duration_max_ms = std::chrono::milliseconds(duration_max).count();

}  // namespace

Error bad_value(std::string_view option, std::string_view text, std::string_view wanted) {
  return Error{ErrorCode::Usage,
               std::string(option) + " takes " + std::string(wanted) + ", not '" +
                   shortened(printable(text), shown_size_max) + "'"};
}

Result<std::int64_t> parse_number(std::string_view option,
                                  std::string_view text,
                                  NumberRange range) {
  const auto number = whole_number(text);
  if (number && *number >= range.min && *number <= range.max) return *number;
  return bad_value(
      option,
      text,
      "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max));
}

Result<PixelSize> parse_pixel_size(std::string_view option, std::string_view text) {
  const std::size_t cross = text.find('x');
  const auto width = whole_number(text.substr(0, cross));
  const auto height =
      cross == std::string_view::npos ? std::nullopt : whole_number(text.substr(cross + 1));
  const auto fits = [](const std::optional<std::int64_t>& side) {
    return side && *side >= 1 && *side <= pixels_max;
  };
  if (fits(width) && fits(height)) return PixelSize{*width, *height};
  return bad_value(
      option, text, "WIDTHxHEIGHT in pixels, each from 1 to " + std::to_string(pixels_max));
}

Result<std::chrono::milliseconds> parse_duration(std::string_view option, std::string_view text) {
  const auto count = number_with_unit(text, duration_units);
  if (count && *count > 0 && *count <= duration_max_ms) return std::chrono::milliseconds(*count);
  return bad_value(option, text, "a time of up to 24h such as 90, 90s or 2m");
}

Result<std::chrono::milliseconds> parse_latency(std::string_view option, std::string_view text) {
  const auto count = number_with_unit(text, latency_units);
  if (count && *count <= duration_max_ms) return std::chrono::milliseconds(*count);
  return bad_value(option, text, "milliseconds, such as 250");
}

Result<std::uint64_t> parse_byte_count(std::string_view option, std::string_view text) {
  const auto count = number_with_unit(text, byte_units);
  if (count) return static_cast<std::uint64_t>(*count);
  return bad_value(option, text, "a number of bytes such as 300000, 512K or 20M");
}

Result<std::int64_t> parse_since(std::string_view option,
                                 std::string_view text,
                                 std::int64_t now_unix_ms) {
  const auto span = number_with_unit(text, span_units);
  if (span && *span > 0 && *span <= now_unix_ms) return now_unix_ms - *span;
  std::string date(text);
  std::ranges::replace(date, 'T', ' ');
  for (const char* form : {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"}) {
    std::tm utc{};
    const char* end = strptime(date.c_str(), form, &utc);
    if (end == nullptr || *end != '\0') continue;
    const std::time_t seconds = timegm(&utc);
    if (seconds >= 0) return std::int64_t{seconds} * 1000;
  }
  return bad_value(option, text, "a span such as 24h or 7d, or a date such as 2026-11-01");
}

Result<std::pair<std::string, std::string>> parse_pair(std::string_view option,
                                                       std::string_view text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos || sign == 0) return bad_value(option, text, "NAME=VALUE");
  return std::pair<std::string, std::string>(text.substr(0, sign), text.substr(sign + 1));
}

Result<std::string> parse_aspect_ratio(std::string_view option, std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto fits = [](std::string_view side) {
    const auto number = whole_number(side);
    return number && *number >= 1 && *number <= 999;
  };
  if (colon != std::string_view::npos && fits(text.substr(0, colon)) &&
      fits(text.substr(colon + 1))) {
    return std::string(text);
  }
  return bad_value(option, text, "a ratio such as 1:1 or 16:9");
}

}  // namespace patchbay::cli
