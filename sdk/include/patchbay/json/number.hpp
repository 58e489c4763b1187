// JSON numbers: the grammar character by character, and exact values out of the text.
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace patchbay::inline v1 {

// A number as it was written. No digit is lost until the caller chooses a type.
class JsonNumber {
 public:
  explicit JsonNumber(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  // Nothing where the number is negative, has a fraction or an exponent, or does not fit.
  [[nodiscard]] std::optional<std::uint64_t> as_unsigned() const noexcept {
    return exactly<std::uint64_t>();
  }
  [[nodiscard]] std::optional<std::int64_t> as_signed() const noexcept {
    return exactly<std::int64_t>();
  }
  // The nearest double; an infinity or zero beyond its range.
  [[nodiscard]] double as_double() const noexcept {
    double value = 0;
    const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (read.ec != std::errc::result_out_of_range) return value;
    if (text_.find("e-") != std::string_view::npos || text_.find("E-") != std::string_view::npos)
      return 0;
    const double infinity = std::numeric_limits<double>::infinity();
    return text_.front() == '-' ? -infinity : infinity;
  }

 private:
  template <class Integer>
  [[nodiscard]] std::optional<Integer> exactly() const noexcept {
    Integer value = 0;
    const char* const begin = text_.data();  // no C string: from_chars is told where it ends
    const char* const end = begin + text_.size();
    const auto read = std::from_chars(begin, end, value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
  }

  std::string_view text_;
};

class JsonNumberGrammar {
 public:
  // True where the character goes on with the number; false leaves everything as it was.
  [[nodiscard]] constexpr bool accept(char c) noexcept {
    const At next = after(c);
    if (next == At::Nowhere) return false;
    at_ = next;
    return true;
  }
  // True where the number may end here.
  [[nodiscard]] constexpr bool whole() const noexcept {
    return at_ == At::Zero || at_ == At::Integer || at_ == At::Fraction || at_ == At::Exponent;
  }

 private:
  enum class At : std::uint8_t {
    Start,
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    ExponentMark,
    ExponentSign,
    Exponent,
    Nowhere
  };

  [[nodiscard]] constexpr At after(char c) const noexcept {
    if (c >= '0' && c <= '9') return after_digit(c);
    switch (at_) {
      case At::Start: return c == '-' ? At::Minus : At::Nowhere;
      case At::Zero:
      case At::Integer: return c == '.' ? At::Point : exponent_mark(c);
      case At::Fraction: return exponent_mark(c);
      case At::ExponentMark: return c == '+' || c == '-' ? At::ExponentSign : At::Nowhere;
      default: return At::Nowhere;
    }
  }
  [[nodiscard]] constexpr At after_digit(char digit) const noexcept {
    switch (at_) {
      case At::Start:
      case At::Minus: return digit == '0' ? At::Zero : At::Integer;
      case At::Integer: return At::Integer;
      case At::Point:
      case At::Fraction: return At::Fraction;
      case At::ExponentMark:
      case At::ExponentSign:
      case At::Exponent: return At::Exponent;
      default: return At::Nowhere;
    }
  }
  [[nodiscard]] static constexpr At exponent_mark(char c) noexcept {
    return c == 'e' || c == 'E' ? At::ExponentMark : At::Nowhere;
  }

  At at_ = At::Start;
};

}  // namespace patchbay::inline v1
