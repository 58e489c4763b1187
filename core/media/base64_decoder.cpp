#include "core/media/base64_decoder.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace patchbay::media {
namespace {

constexpr std::string_view prefix_begin = "data:";
constexpr std::string_view prefix_marker = ";base64";

bool is_white_space(char character) {
  return character == ' ' || (character >= '\t' && character <= '\r');
}

bool is_of_alphabet(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') || character == '+' || character == '/' ||
         character == '-' || character == '_';
}

bool is_letter(char character, char lower_case_letter) {
  return character == lower_case_letter ||
         (character >= 'A' && character <= 'Z' && character - 'A' + 'a' == lower_case_letter);
}

std::string quoted(char character) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (character > ' ' && character < '\x7f') return std::string("'") + character + "'";
  const auto byte = static_cast<std::uint8_t>(character);
  return {'0', 'x', digits[byte >> 4U], digits[byte & 0x0FU]};
}

}  // namespace

// Where decoded bytes go.
struct Base64Decoder::Output {
  std::span<std::uint8_t> room;
  std::size_t written = 0;

  [[nodiscard]] std::span<std::uint8_t> rest() const { return room.subspan(written); }
};

Base64Decoder::Base64Decoder()
    : Base64Decoder(decode_groups_avx2() != nullptr ? decode_groups_avx2() : decode_groups_scalar) {
}

Base64Decoder::Base64Decoder(DecodeGroups decode_groups) : decode_groups_(decode_groups) {}

Result<std::size_t> Base64Decoder::write(std::string_view text, std::span<std::uint8_t> out) {
  assert(out.size() >= decoded_size_max(text.size()));
  Output output{.room = out, .written = 0};
  while (!text.empty() && part_ != Part::Failed) {
    if (part_ == Part::Groups && held_ == 0 && !escaped_) {
      const DecodedRun run = decode_groups_(text, output.rest());
      output.written += run.written;
      offset_ += run.read;
      text.remove_prefix(run.read);
      bytes_seen_ = bytes_seen_ || run.read > 0;
      if (text.empty()) break;
    }
    take(text.front(), output);
    if (part_ == Part::Failed) break;
    ++offset_;
    text.remove_prefix(1);
  }
  if (part_ == Part::Failed) return failure();
  return output.written;
}

void Base64Decoder::take(char character, Output& output) {
  switch (part_) {
    case Part::Begin: take_first(character, output); break;
    case Part::Prefix: take_prefix(character); break;
    case Part::Groups: take_group(character, output); break;
    case Part::Padding: take_padding(character); break;
    case Part::Failed: break;
  }
}

// Compares with "data:" until it differs; what agreed was base64 then.
void Base64Decoder::take_first(char character, Output& output) {
  if (begin_size_ == 0 && is_white_space(character)) return;
  if (is_letter(character, prefix_begin[begin_size_])) {
    if (begin_size_ == begin_.size()) {
      part_ = Part::Prefix;
      return;
    }
    begin_[begin_size_++] = character;
    return;
  }
  part_ = Part::Groups;
  for (std::size_t i = 0; i < begin_size_; ++i) take_group(begin_[i], output);
  take_group(character, output);
}

void Base64Decoder::take_prefix(char character) {
  if (++prefix_size_ + prefix_begin.size() > prefix_size_max) {
    fail("a data: URL whose beginning is longer than " + std::to_string(prefix_size_max) +
         " characters");
  } else if (character == ',') {
    part_ = Part::Groups;
    if (marker_size_ != prefix_marker.size()) fail("a data: URL that is not base64");
  } else if (marker_size_ < prefix_marker.size() &&
             is_letter(character, prefix_marker[marker_size_])) {
    ++marker_size_;
  } else {
    marker_size_ = character == ';' ? 1 : 0;
  }
}

void Base64Decoder::take_group(char character, Output& output) {
  const bool was_escaped = std::exchange(escaped_, false);
  if (was_escaped && character != '/') {
    fail("a backslash before " + quoted(character));
  } else if (is_of_alphabet(character)) {
    bytes_seen_ = true;
    group_[held_++] = character;
    if (held_ < group_.size()) return;
    held_ = 0;
    output.written +=
        decode_groups_scalar(std::string_view(group_.data(), group_.size()), output.rest()).written;
  } else if (character == '\\') {
    escaped_ = true;
  } else if (character == '=' && held_ >= 2) {
    part_ = Part::Padding;
    padding_ = 1;
  } else if (character == '=') {
    fail("padding where there is nothing to pad");
  } else if (!is_white_space(character)) {
    fail(quoted(character) + ", which is in no base64 alphabet");
  }
}

void Base64Decoder::take_padding(char character) {
  if (is_white_space(character)) return;
  if (character != '=') {
    fail(quoted(character) + " after the padding");
  } else if (held_ + ++padding_ > 4) {
    fail("more padding than there is to pad");
  }
}

Result<std::size_t> Base64Decoder::finish(std::span<std::uint8_t> out) {
  Output output{.room = out, .written = 0};
  if (part_ == Part::Begin) {
    part_ = Part::Groups;
    if (begin_size_ == begin_.size() && out.size() < 3) fail("only the word \"data\"");
    for (std::size_t i = 0; i < begin_size_ && part_ == Part::Groups; ++i)
      take_group(begin_[i], output);
  }
  if (part_ == Part::Failed) return failure();
  if (part_ == Part::Prefix || !bytes_seen_) {
    fail("nothing: there are no characters of base64");
  } else if (escaped_ || held_ == 1) {
    fail("its end within a byte: the text is cut off");
  }
  if (part_ == Part::Failed) return failure();
  if (held_ == 0) return output.written;

  const std::size_t count = held_ - std::size_t{1};
  assert(output.rest().size() >= count);
  std::fill(group_.begin() + held_, group_.end(), 'A');
  std::array<std::uint8_t, 3> last{};
  (void)decode_groups_scalar(std::string_view(group_.data(), group_.size()), last);
  std::copy_n(last.begin(), count, output.rest().begin());
  held_ = 0;
  return output.written + count;
}

void Base64Decoder::fail(std::string reason) {
  part_ = Part::Failed;
  reason_ = std::move(reason);
}

Error Base64Decoder::failure() const {
  return {
      .code = ErrorCode::Protocol,
      .message = "the base64 text has, at character " + std::to_string(offset_) + ", " + reason_,
      .hint = {},
      .provider = {}};
}

}  // namespace patchbay::media
