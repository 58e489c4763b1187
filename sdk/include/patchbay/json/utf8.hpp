// UTF-8: validation byte by byte, encoding, and cutting between characters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::inline v1 {

// Follows one sequence of bytes. Refuses overlong forms, surrogates and what lies above U+10FFFF.
class Utf8Check {
 public:
  // False where the byte cannot stand here.
  [[nodiscard]] constexpr bool accept(unsigned char byte) noexcept {
    if (missing_ == 0) return begin(byte);
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --missing_;
    return true;
  }
  // True between characters.
  [[nodiscard]] constexpr bool whole() const noexcept { return missing_ == 0; }

 private:
  constexpr bool begin(unsigned char byte) noexcept {
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false;
    missing_ = 1;
    if (byte >= 0xE0) missing_ = 2;
    if (byte >= 0xF0) missing_ = 3;
    if (byte == 0xE0) low_ = 0xA0;  // shorter forms exist
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xED) high_ = 0x9F;  // surrogates
    if (byte == 0xF4) high_ = 0x8F;  // beyond U+10FFFF
    return true;
  }

  std::uint8_t missing_ = 0;  // continuation bytes still to come, and the bounds of the next
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xBF;
};

// One character in UTF-8. Requires a code point that is no surrogate.
class Utf8Character {
 public:
  constexpr explicit Utf8Character(std::uint32_t code_point) noexcept {
    if (code_point < 0x80) {
      push(code_point);
      return;
    }
    if (code_point < 0x800) {
      push(0xC0U | (code_point >> 6U));
    } else if (code_point < 0x10000) {
      push(0xE0U | (code_point >> 12U));
      push(0x80U | ((code_point >> 6U) & 0x3FU));
    } else {
      push(0xF0U | (code_point >> 18U));
      push(0x80U | ((code_point >> 12U) & 0x3FU));
      push(0x80U | ((code_point >> 6U) & 0x3FU));
    }
    push(0x80U | (code_point & 0x3FU));
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  constexpr void push(std::uint32_t byte) noexcept { bytes_[size_++] = static_cast<char>(byte); }

  std::array<char, 4> bytes_{};
  std::size_t size_ = 0;
};

// Removes a character that was cut in two at the end of an otherwise valid text.
inline void drop_partial_utf8(std::string& text) {
  std::size_t start = text.size();
  while (start > 0 && (static_cast<unsigned char>(text[start - 1]) & 0xC0U) == 0x80U) --start;
  if (start == 0) return;
  Utf8Check check;
  bool valid = true;
  for (std::size_t i = start - 1; i < text.size() && valid; ++i)
    valid = check.accept(static_cast<unsigned char>(text[i]));
  if (valid && !check.whole()) text.resize(start - 1);
}

}  // namespace patchbay::inline v1
