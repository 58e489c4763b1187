#include "plugins/shared/answer_images.hpp"

#include <utility>

namespace shared {

AnswerImages::AnswerImages(patchbay::Io& io)
    : io_(&io), url_([this](std::string_view base64) { write_data(base64, url_.mime()); }) {}

void AnswerImages::write_data(std::string_view base64, std::string_view mime_hint) {
  if (!current_) current_.emplace(*io_, patchbay::into_image);
  current_->write(base64, mime_hint);
  is_empty_ = is_empty_ && base64.empty();
}

// What is known of the type in the end: the URL's own word before the provider's beside it.
std::string AnswerImages::end_url(std::string_view mime) {
  url_.finish();
  if (url_.kind() == ImageUrl::Kind::Remote && addresses_.size() < addresses_max)
    addresses_.push_back(url_.address());
  std::string known = url_.mime().empty() ? std::string(mime) : url_.mime();
  url_.reset();
  return known;
}

void AnswerImages::end_latest(std::string_view mime) {
  const std::string known = end_url(mime);
  if (!current_) return;
  if (is_empty_) {
    current_->close(PATCHBAY_PART_DRAFT, known);
  } else {
    retire(PATCHBAY_PART_DRAFT);
    latest_ = current_;
    latest_mime_ = known;
  }
  current_.reset();
  is_empty_ = true;
}

void AnswerImages::end_as(std::uint32_t disposition, std::string_view mime) {
  const std::string known = end_url(mime);
  if (!current_) return;
  if (is_empty_) disposition = PATCHBAY_PART_DRAFT;
  current_->close(disposition, known);
  has_final_ = has_final_ || disposition == PATCHBAY_PART_FINAL;
  current_.reset();
  is_empty_ = true;
}

void AnswerImages::retire(std::uint32_t disposition) {
  if (latest_) latest_->close(disposition, latest_mime_);
  latest_.reset();
}

void AnswerImages::settle() {
  has_final_ = has_final();
  retire(PATCHBAY_PART_FINAL);
}

}  // namespace shared
