// Why a JSON document was refused.
#pragma once

#include <cstdint>
#include <string_view>

namespace patchbay::inline v1 {

enum class JsonError : std::uint8_t {
  None,
  Empty,
  Truncated,
  Syntax,
  ControlCharacter,
  Escape,
  Surrogate,
  Utf8,
  TooDeep,
  TokenTooLong,
  TrailingBytes,
};

[[nodiscard]] constexpr std::string_view to_string(JsonError error) noexcept {
  switch (error) {
    case JsonError::None: return "no error";
    case JsonError::Empty: return "there is no document";
    case JsonError::Truncated: return "the document ends in the middle";
    case JsonError::Syntax: return "an unexpected character";
    case JsonError::ControlCharacter: return "a control character inside a string";
    case JsonError::Escape: return "an unknown escape sequence";
    case JsonError::Surrogate: return "half of a surrogate pair";
    case JsonError::Utf8: return "a string that is not UTF-8";
    case JsonError::TooDeep: return "nesting beyond the limit";
    case JsonError::TokenTooLong: return "a key or number beyond the limit";
    case JsonError::TrailingBytes: return "more after the document";
  }
  return "an unknown error";
}

}  // namespace patchbay::inline v1
