#include "host/engine/image_sink.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace patchbay::host {

Status ImageSink::begin(const PartStart& part) {
  if (part.kind == PartKind::Text) texts_.try_emplace(part.index);
  if (part.kind != PartKind::Image) return {};
  ArrivingImage image;
  image.spool = PATCHBAY_TRY(new_spool());
  images_.insert_or_assign(part.index, std::move(image));
  return {};
}

Status ImageSink::write(std::uint32_t index, std::span<const std::uint8_t> bytes) {
  if (const auto image = images_.find(index); image != images_.end()) {
    image->second.scanner.write(bytes);
    image->second.digest.update(bytes);
    image->second.size += bytes.size();
    return image->second.spool->write(bytes);
  }
  const auto text = texts_.find(index);
  if (text == texts_.end()) return {};
  const std::size_t space = text_kept_max - std::min(text_kept_max, text->second.size());
  const std::size_t count = std::min(space, bytes.size());
  text->second.append(reinterpret_cast<const char*>(bytes.data()), count);
  return {};
}

Status ImageSink::end(const PartEnd& part) {
  const bool is_final = part.disposition == Disposition::Final;
  if (auto text = texts_.extract(part.index); text && is_final)
    finish_text(std::move(text.mapped()));
  auto image = images_.extract(part.index);
  if (!image || !is_final) return {};
  return finish_image(std::move(image.mapped()));
}

Status ImageSink::finish_image(ArrivingImage image) {
  const media::ImageSummary summary = PATCHBAY_TRY(image.scanner.finish());
  SavedImage description;
  description.format = summary.format;
  description.width = summary.width;
  description.height = summary.height;
  description.size = image.size;
  description.sha256 = crypto::to_hex(image.digest.finish());
  if (keep_ == KeepImages::Last) finished_.clear();
  if (finished_.size() == images_max)
    return Error{ErrorCode::Protocol,
                 "the provider sent more than " + std::to_string(images_max) + " images",
                 {},
                 {}};
  finished_.push_back(FinishedImage{std::move(image.spool), std::move(description)});
  return {};
}

void ImageSink::finish_text(std::string text) {
  const std::size_t space = text_kept_max - std::min(text_kept_max, text_.size());
  text_ += text.size() > space ? shortened(text, space) : text;
}

Status ImageSink::model(const ListedModel&) {
  return {};
}

}  // namespace patchbay::host
