#include "plugins/shared/image_url.hpp"

#include <algorithm>

namespace shared {
namespace {

constexpr std::string_view inline_scheme = "data:";
constexpr std::string_view remote_scheme = "http";
constexpr std::string_view base64_mark = ";base64";

bool may_become(std::string_view text, std::string_view whole) {
  const std::size_t size = std::min(text.size(), whole.size());
  return text.substr(0, size) == whole.substr(0, size);
}

}  // namespace

void ImageUrl::write(std::string_view piece) {
  while (kind_ == Kind::Undecided && !piece.empty()) {
    head_.push_back(piece.front());
    piece.remove_prefix(1);
    decide();
  }
  if (piece.empty()) return;
  if (kind_ == Kind::Inline) take_(piece);
  if (kind_ != Kind::Remote) return;
  if (head_.size() + piece.size() > address_size_max) kind_ = Kind::Unusable;
  if (kind_ == Kind::Remote) head_ += piece;
}

void ImageUrl::decide() {
  if (may_become(head_, inline_scheme)) {
    if (head_.back() == ',') return decide_inline(head_);
    if (head_.size() == prefix_size_max) kind_ = Kind::Unusable;
    return;
  }
  if (may_become(head_, remote_scheme)) {
    if (head_.size() >= remote_scheme.size()) kind_ = Kind::Remote;
    return;
  }
  kind_ = Kind::Inline;
  take_(head_);
}

// "data:image/png;charset=x;base64,"
void ImageUrl::decide_inline(std::string_view begin) {
  begin.remove_prefix(inline_scheme.size());
  begin.remove_suffix(1);
  kind_ = begin.ends_with(base64_mark) ? Kind::Inline : Kind::Unusable;
  mime_ = begin.substr(0, begin.find(';'));
}

void ImageUrl::finish() {
  if (kind_ != Kind::Undecided || head_.empty()) return;
  // Shorter than any scheme: base64, if it is anything.
  kind_ = head_.starts_with(inline_scheme) ? Kind::Unusable : Kind::Inline;
  if (kind_ == Kind::Inline) take_(head_);
}

void ImageUrl::reset() {
  kind_ = Kind::Undecided;
  head_.clear();
  mime_.clear();
}

}  // namespace shared
