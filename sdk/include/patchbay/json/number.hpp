// JSON numbers: the grammar character by character, and exact values out of the text.
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace patchbay {
inline namespace v1 {

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
    if (text_.find("e-") != text_.npos || text_.find("E-") != text_.npos) return 0;
    const double infinity = std::numeric_limits<double>::infinity();
    return text_.front() == '-' ? -infinity : infinity;
  }

 private:
  template <class Integer>
  [[nodiscard]] std::optional<Integer> exactly() const noexcept {
    Integer value = 0;
    const char* const end = text_.data() + text_.size();
    const auto read = std::from_chars(text_.data(), end, value);
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
    const bool digit = c >= '0' && c <= '9';
    switch (at_) {
      case At::Start:
        if (c == '-') return At::Minus;
        [[fallthrough]];
      case At::Minus: return !digit ? At::Nowhere : c == '0' ? At::Zero : At::Integer;
      case At::Integer:
        if (digit) return At::Integer;
        [[fallthrough]];
      case At::Zero: return c == '.' ? At::Point : exponent_mark(c);
      case At::Point: return digit ? At::Fraction : At::Nowhere;
      case At::Fraction: return digit ? At::Fraction : exponent_mark(c);
      case At::ExponentMark:
        if (c == '+' || c == '-') return At::ExponentSign;
        [[fallthrough]];
      case At::ExponentSign:
      case At::Exponent: return digit ? At::Exponent : At::Nowhere;
      case At::Nowhere: break;
    }
    return At::Nowhere;
  }
  [[nodiscard]] static constexpr At exponent_mark(char c) noexcept {
    return c == 'e' || c == 'E' ? At::ExponentMark : At::Nowhere;
  }

  At at_ = At::Start;
};

}  // namespace v1
}  // namespace patchbay
