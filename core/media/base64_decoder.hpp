// Base64 of images, decoded while it arrives. Fast and tolerant, not constant time: never for keys.
#pragma once

#include "core/base/result.hpp"
#include "core/media/base64_kernel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::media {

// Accepts both alphabets, white space, missing padding, and "\/" of JSON; a "data:…;base64," prefix
// is skipped. Holds at most 3 characters between calls, and the prefix while it lasts. The pieces
// that a text comes in make no difference, neither to the bytes nor to the error.
class Base64Decoder {
 public:
  static constexpr std::size_t prefix_size_max = 256;  // characters of "data:…;base64,"

  Base64Decoder();
  // With a chosen inner loop: for tests and measurements.
  explicit Base64Decoder(DecodeGroups decode_groups);

  // An upper bound of what `text_size` more characters give.
  [[nodiscard]] static constexpr std::size_t decoded_size_max(std::size_t text_size) {
    // Four may be held back: "data" is both a prefix's beginning and a group of base64.
    return (text_size + 4) / 4 * 3;
  }
  // Decodes into `out`, which holds decoded_size_max(text.size()) bytes; the count written.
  // Errors: Protocol, for a character of no alphabet or text after the padding.
  [[nodiscard]] Result<std::size_t> write(std::string_view text, std::span<std::uint8_t> out);
  // Up to 2 last bytes; 3 where the whole text was "data". Errors: Protocol where the text was cut
  // off within a byte, or empty.
  [[nodiscard]] Result<std::size_t> finish(std::span<std::uint8_t> out);

 private:
  enum class Part : std::uint8_t { Begin, Prefix, Groups, Padding, Failed };
  struct Output;

  // Each takes one character; where they refuse it, the decoder is in Part::Failed.
  void take(char character, Output& output);
  void take_first(char character, Output& output);
  void take_prefix(char character);
  void take_group(char character, Output& output);
  void take_padding(char character);
  void fail(std::string reason);
  [[nodiscard]] Error failure() const;

  DecodeGroups decode_groups_;
  Part part_ = Part::Begin;
  bool escaped_ = false;          // a backslash came before
  std::uint8_t begin_size_ = 0;   // of "data:" that agreed
  std::uint8_t marker_size_ = 0;  // of ";base64" that agreed, at the prefix's end so far
  std::uint8_t held_ = 0;         // characters of the group that is not complete
  std::uint8_t padding_ = 0;      // "=" seen
  std::array<char, 4> begin_{};   // the characters that agreed, as they came
  std::array<char, 4> group_{};
  std::size_t prefix_size_ = 0;
  std::uint64_t offset_ = 0;  // of the character at hand in the whole text
  bool bytes_seen_ = false;   // some character of an alphabet came
  std::string reason_;        // of Part::Failed
};

}  // namespace patchbay::media
