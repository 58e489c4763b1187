#include "plugins/shared/content_scanner.hpp"

#include <algorithm>

namespace shared {
namespace {

constexpr std::string_view scheme = "data:image/";
constexpr std::string_view base64_mark = ";base64";

bool is_base64(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=' || c == '-' ||
         c == '_';
}

}  // namespace

void ContentScanner::write(std::string_view piece) {
  while (!piece.empty()) {
    if (at_ == At::Text) {
      const std::size_t plain = std::min(piece.find_first_of("!d"), piece.size());
      if (plain > 0) handler_->on_text(piece.substr(0, plain));
      piece.remove_prefix(plain);
    } else if (at_ == At::Data) {
      const auto* const end = std::find_if_not(piece.begin(), piece.end(), is_base64);
      const auto size = static_cast<std::size_t>(end - piece.begin());
      if (size > 0) handler_->on_image(piece.substr(0, size), mime_);
      piece.remove_prefix(size);
      if (piece.empty()) return;
      if (in_brackets_ && piece.front() == ')') piece.remove_prefix(1);
      end_image();
      continue;
    }
    if (piece.empty()) return;
    step(piece.front());
    piece.remove_prefix(1);
  }
}

void ContentScanner::step(char c) {
  held_.push_back(c);
  if (accepts(c)) return;
  held_.pop_back();
  give_up();
  // What was refused may begin an image itself.
  const bool begins = c == '!' || c == 'd';
  if (!begins) return handler_->on_text(std::string_view(&c, 1));
  held_.push_back(c);
  (void)accepts(c);
}

bool ContentScanner::accepts(char c) {
  switch (at_) {
    case At::Text:
      in_brackets_ = c == '!';
      matched_ = 1;
      at_ = in_brackets_ ? At::Bang : At::Scheme;
      return true;
    case At::Bang: at_ = At::Caption; return c == '[';
    case At::Caption:
      if (c == ']') at_ = At::Bracket;
      return c != '\n' && held_.size() < caption_size_max;
    case At::Bracket:
      matched_ = 0;
      at_ = At::Scheme;
      return c == '(';
    case At::Scheme:
      if (c != scheme[matched_++]) return false;
      if (matched_ == scheme.size()) at_ = At::Type;
      type_begin_ = held_.size();
      return true;
    case At::Type: return accepts_type(c);
    case At::Data: break;
  }
  return false;
}

// "png;base64," and the data begin.
bool ContentScanner::accepts_type(char c) {
  const std::string_view type = std::string_view(held_).substr(type_begin_);
  if (c != ',') return type.size() < mime_size_max && c > ' ' && c != ')' && c != '"';
  const std::string_view without_comma = type.substr(0, type.size() - 1);
  if (!without_comma.ends_with(base64_mark)) return false;
  mime_ = "image/";
  mime_ += without_comma.substr(0, without_comma.find(';'));
  held_.clear();
  at_ = At::Data;
  handler_->on_image({}, mime_);
  return true;
}

void ContentScanner::give_up() {
  at_ = At::Text;
  if (!held_.empty()) handler_->on_text(held_);
  held_.clear();
}

void ContentScanner::end_image() {
  at_ = At::Text;
  handler_->on_image_end(mime_);
}

void ContentScanner::finish() {
  at_ == At::Data ? end_image() : give_up();
}

}  // namespace shared
