// A push parser for JSON: takes a document in pieces of any size, hands out events, and holds
// nothing but one key or number at a time. Strings of any length pass through in pieces.
//
// The grammar is RFC 8259 to the letter, and strings must be UTF-8. Memory and stack are constant.
// Objects may repeat a key: the parser reports each occurrence, so for whoever keeps the latest
// value the last one wins.
#pragma once

#include <patchbay/json/error.hpp>
#include <patchbay/json/number.hpp>
#include <patchbay/json/scan.hpp>
#include <patchbay/json/utf8.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace patchbay::inline v1 {

inline constexpr std::size_t json_depth_max = 256;        // no parser takes more
inline constexpr std::size_t json_depth_default = 64;     // containers inside one another
inline constexpr std::size_t json_token_size_max = 1024;  // bytes of a key or a number

// What a JsonParser tells. A view is valid during the call; it points into the piece given to
// write() wherever the text stands there as it is. A string comes in one or more pieces, the last
// of which may be empty; a piece may end inside a UTF-8 character.
template <class Handler>
concept JsonHandler = requires(Handler& handler, std::string_view text, bool truth) {
  handler.on_object();
  handler.on_object_end();
  handler.on_array();
  handler.on_array_end();
  handler.on_key(text);
  handler.on_string(text, truth);  // the second: this piece is the last
  handler.on_number(JsonNumber(text));
  handler.on_boolean(truth);
  handler.on_null();
};

template <class Handler>
class JsonParser {
 public:
  explicit JsonParser(Handler& handler, std::size_t depth_limit = json_depth_default) noexcept
      : handler_(&handler), depth_limit_(std::min(depth_limit, json_depth_max)) {}

  // Takes the next piece of the document. False from the first error on.
  [[nodiscard]] bool write(std::string_view piece) {
    rest_ = piece;
    while (!rest_.empty() && error_ == JsonError::None) step();
    offset_ += piece.size() - rest_.size();
    rest_ = {};
    return error_ == JsonError::None;
  }

  // Says that the document has ended. False where it was not whole.
  [[nodiscard]] bool finish() {
    if (error_ != JsonError::None) return false;
    if (state_ == State::Number && depth_ == 0 && number_.whole()) end_number({});
    if (state_ != State::Done)
      refuse(state_ == State::Value && depth_ == 0 ? JsonError::Empty : JsonError::Truncated);
    return error_ == JsonError::None;
  }

  // Makes ready for another document.
  void reset() noexcept { *this = JsonParser(*handler_, depth_limit_); }

  [[nodiscard]] JsonError error() const noexcept { return error_; }
  // How many bytes were accepted; with an error, where it stands.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  enum class State : std::uint8_t {
    Value,
    ElementOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Done,
    String,
    Escape,
    Unicode,
    PairBackslash,
    PairMark,
    Number,
    Literal,
  };

  void refuse(JsonError error) noexcept { error_ = error; }

  void step() {
    switch (state_) {
      case State::String: return string();
      case State::Escape: return escape();
      case State::Unicode: return unicode();
      case State::PairBackslash: return expect('\\', State::PairMark);
      case State::PairMark: return expect('u', State::Unicode);
      case State::Number: return number();
      case State::Literal: return literal();
      default: return structure();
    }
  }

  // ---- between the values ----------------------------------------------------------------------

  void structure() {
    const std::size_t blank = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    rest_.remove_prefix(blank);
    if (rest_.empty()) return;
    const char c = rest_.front();
    switch (state_) {
      case State::ElementOrEnd: return c == ']' ? close() : value(c);
      case State::Value: return value(c);
      case State::KeyOrEnd: return c == '}' ? close() : key(c);
      case State::Key: return key(c);
      case State::Colon: return c == ':' ? go(State::Value) : refuse(JsonError::Syntax);
      case State::CommaOrEnd: return comma_or_end(c);
      default: return refuse(JsonError::TrailingBytes);
    }
  }
  void go(State next) noexcept {
    rest_.remove_prefix(1);
    state_ = next;
  }
  void value(char c) {
    switch (c) {
      case '{': return open(true);
      case '[': return open(false);
      case '"': return begin_string(false);
      case 't': return begin_literal("true");
      case 'f': return begin_literal("false");
      case 'n': return begin_literal("null");
      default: break;
    }
    number_ = JsonNumberGrammar();
    if (c != '-' && (c < '0' || c > '9')) return refuse(JsonError::Syntax);
    state_ = State::Number;
  }
  void key(char c) noexcept {
    if (c != '"') return refuse(JsonError::Syntax);
    begin_string(true);
  }
  void begin_string(bool is_key) noexcept {
    go(State::String);
    in_key_ = is_key;
  }
  void begin_literal(std::string_view word) noexcept {
    state_ = State::Literal;
    word_ = word;
    matched_ = 0;
  }
  void open(bool object) {
    if (depth_ == depth_limit_) return refuse(JsonError::TooDeep);
    is_object_[depth_++] = object;
    go(object ? State::KeyOrEnd : State::ElementOrEnd);
    object ? handler_->on_object() : handler_->on_array();
  }
  void close() {
    const bool object = is_object_[--depth_];
    rest_.remove_prefix(1);
    end_value();
    object ? handler_->on_object_end() : handler_->on_array_end();
  }
  void comma_or_end(char c) {
    const bool object = is_object_[depth_ - 1];
    if (c == ',') return go(object ? State::Key : State::Value);
    if (c != (object ? '}' : ']')) return refuse(JsonError::Syntax);
    close();
  }
  void end_value() noexcept { state_ = depth_ == 0 ? State::Done : State::CommaOrEnd; }

  // ---- strings ---------------------------------------------------------------------------------

  void string() {
    // What follows a backslash and stands for itself goes out with what follows it, uncopied.
    std::size_t size = std::exchange(escaped_, false) ? 1 : 0;
    for (;;) {
      if (utf8_.whole()) size += plain_json_prefix(rest_.substr(size));
      if (size == rest_.size()) break;
      const auto byte = static_cast<unsigned char>(rest_[size]);
      if (byte < 0x80 && utf8_.whole()) break;
      if (!utf8_.accept(byte)) return refuse_after(size, JsonError::Utf8);
      ++size;
    }
    const std::string_view text = rest_.substr(0, size);
    if (size == rest_.size()) {
      rest_ = {};
      return hand_out(text);
    }
    const char c = rest_[size];
    if (c != '"' && c != '\\') return refuse_after(size, JsonError::ControlCharacter);
    rest_.remove_prefix(size + 1);
    if (c == '"') return end_string(text);
    state_ = State::Escape;
    hand_out(text);
  }
  // Hands out what is sound, as it would have been in a piece of its own.
  void refuse_after(std::size_t size, JsonError error) {
    hand_out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    if (error_ == JsonError::None) refuse(error);
  }
  void hand_out(std::string_view text) {
    if (text.empty()) return;
    in_key_ ? hold(text) : handler_->on_string(text, false);
  }
  void end_string(std::string_view text) {
    if (in_key_) {
      state_ = State::Colon;
      const std::string_view whole = held_with(text);
      if (error_ == JsonError::None) handler_->on_key(whole);
    } else {
      end_value();
      handler_->on_string(text, true);
    }
  }
  void escape() {
    const char c = rest_.front();
    state_ = State::String;
    if (c == '"' || c == '\\' || c == '/') {
      escaped_ = true;
      return;
    }
    constexpr std::string_view letters = "bfnrtu";
    constexpr std::string_view meanings = "\b\f\n\r\t";
    const std::size_t letter = letters.find(c);
    if (letter == std::string_view::npos) return refuse(JsonError::Escape);
    rest_.remove_prefix(1);
    if (c != 'u') return hand_out(meanings.substr(letter, 1));
    state_ = State::Unicode;
  }
  void expect(char wanted, State next) noexcept {
    if (rest_.front() != wanted) return refuse(JsonError::Surrogate);
    go(next);
  }
  void unicode() {
    const char c = rest_.front();
    const char lower = static_cast<char>(c | 0x20);
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (lower < 'a' || lower > 'f')) return refuse(JsonError::Escape);
    rest_.remove_prefix(1);
    code_ = (code_ << 4U) | static_cast<std::uint32_t>(digit ? c - '0' : lower - 'a' + 10);
    if (++hex_digits_ < 4) return;
    hex_digits_ = 0;
    code_unit(std::exchange(code_, 0));
  }
  void code_unit(std::uint32_t unit) {
    const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    const std::uint32_t high = std::exchange(high_surrogate_, 0);
    if (low != (high != 0)) return refuse(JsonError::Surrogate);
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      high_surrogate_ = unit;
      state_ = State::PairBackslash;
      return;
    }
    state_ = State::String;
    hand_out(
        Utf8Character(low ? 0x10000 + ((high - 0xD800) << 10U) + (unit - 0xDC00) : unit).view());
  }

  // ---- numbers and words -----------------------------------------------------------------------

  void number() {
    std::size_t size = 0;
    while (size < rest_.size() && number_.accept(rest_[size])) ++size;
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (rest_.empty()) return hold(text);
    if (!number_.whole()) return refuse(JsonError::Syntax);
    end_number(text);
  }
  void end_number(std::string_view text) {
    const std::string_view whole = held_with(text);
    if (error_ != JsonError::None) return;
    end_value();
    handler_->on_number(JsonNumber(whole));
  }
  void literal() {
    for (; matched_ < word_.size() && !rest_.empty(); ++matched_, rest_.remove_prefix(1))
      if (rest_.front() != word_[matched_]) return refuse(JsonError::Syntax);
    if (matched_ < word_.size()) return;
    end_value();
    if (word_.front() == 'n') return handler_->on_null();
    handler_->on_boolean(word_.front() == 't');
  }

  // Keys and numbers that are not in one piece are put together here.
  void hold(std::string_view text) noexcept {
    if (text.size() > held_.size() - held_size_) return refuse(JsonError::TokenTooLong);
    std::copy(text.begin(), text.end(), held_.begin() + static_cast<std::ptrdiff_t>(held_size_));
    held_size_ += text.size();
  }
  // The held pieces and the last one; valid until the next hold().
  std::string_view held_with(std::string_view last) noexcept {
    if (held_size_ == 0) {
      if (last.size() > held_.size()) refuse(JsonError::TokenTooLong);
      return last;
    }
    hold(last);
    return {held_.data(), std::exchange(held_size_, 0)};
  }

  Handler* handler_;
  std::size_t depth_limit_;
  std::string_view rest_;
  std::uint64_t offset_ = 0;
  State state_ = State::Value;
  JsonError error_ = JsonError::None;
  bool in_key_ = false;
  bool escaped_ = false;
  Utf8Check utf8_;
  JsonNumberGrammar number_;
  std::uint32_t code_ = 0;
  std::uint32_t hex_digits_ = 0;
  std::uint32_t high_surrogate_ = 0;
  std::string_view word_;
  std::size_t matched_ = 0;
  std::size_t depth_ = 0;
  std::bitset<json_depth_max> is_object_;
  std::size_t held_size_ = 0;
  std::array<char, json_token_size_max> held_{};
};

}  // namespace patchbay::inline v1
