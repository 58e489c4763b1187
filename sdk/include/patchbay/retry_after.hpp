// The Retry-After header, in both of its forms.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace patchbay::inline v1 {

inline constexpr std::uint64_t retry_after_ms_max = std::uint64_t{366} * 86'400'000;

// A whole number in decimal; false where the text is anything else.
[[nodiscard]] inline bool read_decimal(std::string_view text, std::uint64_t& out) noexcept {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// "Sun, 06 Nov 1994 08:49:37 GMT" in seconds since 1970; 0 where it is no such date.
[[nodiscard]] inline std::uint64_t http_date_unix_s(std::string_view date) noexcept {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (date.size() != 29 || date.substr(25) != " GMT") return 0;
  const std::size_t month_at = months.find(date.substr(8, 3));
  std::uint64_t day = 0;
  std::uint64_t year = 0;
  std::array<std::uint64_t, 3> clock{};
  bool valid = month_at % 3 == 0 && read_decimal(date.substr(5, 2), day) &&
               read_decimal(date.substr(12, 4), year) && year >= 1970;
  for (std::size_t i = 0; i < clock.size(); ++i)
    valid = valid && read_decimal(date.substr(17 + (3 * i), 2), clock[i]);
  if (!valid) return 0;
  // Days since 1970 by the civil calendar, with March as the first month.
  const std::uint64_t month = (month_at / 3) + 1;
  const std::uint64_t shifted_year = month > 2 ? year : year - 1;
  const std::uint64_t shifted_month = (month + 9) % 12;
  const std::uint64_t days = (shifted_year * 365) + (shifted_year / 4) - (shifted_year / 100) +
                             (shifted_year / 400) + (((shifted_month * 153) + 2) / 5) + day - 1;
  return ((days - 719'468) * 86'400) + (clock[0] * 3600) + (clock[1] * 60) + clock[2];
}

// In milliseconds from now; 0 where the header says nothing of use.
[[nodiscard]] inline std::uint64_t retry_after_ms(std::string_view header,
                                                  std::uint64_t now_unix_ms) noexcept {
  std::uint64_t seconds = 0;
  if (read_decimal(header, seconds)) return std::min(seconds, retry_after_ms_max / 1000) * 1000;
  const std::uint64_t then_ms = http_date_unix_s(header) * 1000;
  return then_ms > now_unix_ms ? std::min(then_ms - now_unix_ms, retry_after_ms_max) : 0;
}

}  // namespace patchbay::inline v1
