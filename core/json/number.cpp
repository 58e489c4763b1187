#include "core/json/number.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace patchbay::json {
namespace {

// Whether a number that no double holds is too large, not too near to zero: by the place of its
// first digit that counts.
bool is_too_large(std::string_view text) {
  const std::size_t mantissa_size = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, mantissa_size);
  std::string_view digits = text.substr(std::min(mantissa_size + 1, text.size()));
  if (digits.starts_with('+')) digits.remove_prefix(1);
  long long exponent = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (read.ec == std::errc::result_out_of_range) return !digits.starts_with('-');
  const auto point = static_cast<long long>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<long long>(mantissa.find_first_of("123456789"));
  return point - first + exponent > 0;
}

}  // namespace

std::optional<Value> number_of(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t integer = 0;
    if (std::from_chars(begin, end, integer).ec == std::errc()) return Value(integer);
  }
  // Independent of the locale, unlike strtod.
  double real = 0;
  if (std::from_chars(begin, end, real).ec == std::errc()) return Value(real);
  if (is_too_large(text)) return std::nullopt;
  return Value(0.0);
}

}  // namespace patchbay::json
