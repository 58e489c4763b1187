// Finds where the plain stretch of a JSON string ends: the inner loop of reading an image body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace patchbay::inline v1 {

// Plain bytes stand in a JSON string for themselves and need no look at their neighbours: ASCII but
// for control characters, the quote and the backslash.
[[nodiscard]] constexpr bool is_plain_json_byte(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// How many plain bytes `text` starts with, eight at a time.
[[nodiscard]] inline std::size_t plain_json_prefix_portable(std::string_view text) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = 0x8080808080808080U;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    // A byte that underflows was zero (a match) or, in the last term, below 0x20.
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    const std::uint64_t special = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
                                  ((word - (ones * 0x20)) & ~word) | word;
    if ((special & highs) != 0) break;
  }
  while (at < text.size() && is_plain_json_byte(text[at])) ++at;
  return at;
}

#if defined(__SSE2__)
// The same, 64 bytes at a time. Signed comparison finds control characters and non-ASCII at once.
[[nodiscard]] inline std::size_t plain_json_prefix(std::string_view text) noexcept {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(0x20);
  const auto special = [&](const char* from) noexcept {
    __m128i bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const __m128i either =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    return _mm_or_si128(either, _mm_cmplt_epi8(bytes, space));
  };
  constexpr std::size_t step = 4 * sizeof(__m128i);
  std::size_t at = 0;
  for (; text.size() - at >= step; at += step) {
    const char* const from = text.data() + at;
    const __m128i front = _mm_or_si128(special(from), special(from + 16));
    const __m128i back = _mm_or_si128(special(from + 32), special(from + 48));
    if (_mm_movemask_epi8(_mm_or_si128(front, back)) != 0) break;
  }
  return at + plain_json_prefix_portable(text.substr(at));
}
#else
[[nodiscard]] inline std::size_t plain_json_prefix(std::string_view text) noexcept {
  return plain_json_prefix_portable(text);
}
#endif

}  // namespace patchbay::inline v1
