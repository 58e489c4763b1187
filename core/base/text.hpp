// Small operations on text that several layers need.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace patchbay {

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
// ASCII only; other bytes stay as they are.
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;
// The number of code points of valid UTF-8; for limits given in characters.
[[nodiscard]] std::size_t code_point_count(std::string_view utf8) noexcept;
// One line that is safe on a terminal: control characters become spaces, invalid UTF-8 '?'.
[[nodiscard]] std::string printable(std::string_view text);
// At most `size_max` bytes, cut before a code point, with "…" where something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t size_max);
// The candidate nearest in spelling, or an empty view where none is near. For "did you mean".
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);
// "a, b, c"
[[nodiscard]] std::string joined(std::span<const std::string> words, std::string_view separator);

}  // namespace patchbay
