#include "host/config/text_check.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cctype>

namespace patchbay::host {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_ascii(char character) {
  return static_cast<unsigned char>(character) < 0x80;
}

// Reads the text once, knowing of strings and comments and of nothing else.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {
    if (text_.starts_with(byte_order_mark)) at_ = line_begin_ = byte_order_mark.size();
  }

  std::optional<TextFlaw> run() {
    while (!over() && message_.empty()) step();
    if (message_.empty()) return std::nullopt;
    const std::string_view line = text_.substr(line_begin_, at_ - line_begin_);
    return TextFlaw{.position = {line_number_, code_point_count(line) + 1}, .message = message_};
  }

 private:
  [[nodiscard]] bool over() const { return at_ >= text_.size(); }
  [[nodiscard]] bool here(std::string_view words) const {
    return text_.substr(at_).starts_with(words);
  }
  void fail(std::string_view message) { message_ = message; }

  void advance() {
    if (text_[at_++] != '\n') return;
    ++line_number_;
    line_begin_ = at_;
  }
  void skip_white_space() {
    while (!over() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) advance();
  }

  void step() {
    if (at_ == line_begin_) check_header();
    if (here("#")) return skip_comment();
    if (here("\"\"\"") || here("'''")) return skip_lines(text_[at_]);
    if (here("\"") || here("'")) return skip_string(text_[at_]);
    if (!is_ascii(text_[at_])) return fail("a character outside ASCII stands outside of quotes");
    if (message_.empty()) advance();
  }

  void check_header() {
    constexpr std::string_view key_starts = "\"'-_";
    std::string_view line = trimmed(text_.substr(at_, text_.find('\n', at_) - at_));
    if (!line.starts_with('[')) return;
    line = trimmed(line.substr(line.starts_with("[[") ? 2 : 1));
    const bool begins_key =
        !line.empty() && (std::isalnum(static_cast<unsigned char>(line[0])) != 0 ||
                          key_starts.find(line[0]) != std::string_view::npos);
    if (!begins_key) fail("a table's header has no name");
  }

  void skip_comment() {
    while (!over() && !here("\n")) advance();
  }

  void skip_string(char quote) {
    advance();
    while (!over() && text_[at_] != quote && text_[at_] != '\n') {
      if (quote == '"' && here("\\") && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') advance();
      advance();
    }
    if (!over() && text_[at_] == quote) advance();
  }

  void skip_lines(char quote) {
    const std::string end(3, quote);
    at_ += end.size();
    while (!over() && !here(end) && message_.empty()) {
      if (quote == '"' && here("\\"))
        skip_escape();
      else
        advance();
    }
    // Two quotes more may stand before the three that end it.
    for (std::size_t i = 0; i < end.size() + 2 && !over() && text_[at_] == quote; ++i) advance();
  }

  void skip_escape() {
    advance();
    const bool joins = !over() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0;
    if (joins) skip_white_space();
    if (over()) return;
    if (!is_ascii(text_[at_]))
      return fail("a character outside ASCII follows a backslash; write it as \\uXXXX");
    if (!joins) advance();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t line_number_ = 1;
  std::string_view message_;
};

}  // namespace

std::optional<TextFlaw> find_text_flaw(std::string_view text) {
  return Scan(text).run();
}

}  // namespace patchbay::host
