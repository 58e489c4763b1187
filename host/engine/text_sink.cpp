#include "host/engine/text_sink.hpp"

#include <utility>

namespace patchbay::host {

Status TextSink::begin(const PartStart& part) {
  if (part.kind == PartKind::Text) parts_.insert_or_assign(part.index, std::string());
  return {};
}

Status TextSink::write(std::uint32_t index, std::span<const std::uint8_t> bytes) {
  const auto part = parts_.find(index);
  if (part == parts_.end()) return {};
  const std::string_view piece(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  part->second += piece;
  if (delivery_ != TextDelivery::AsItComes || !receiver_) return {};
  has_delivered_ = has_delivered_ || !piece.empty();
  return receiver_(piece);
}

Status TextSink::end(const PartEnd& part) {
  auto ended = parts_.extract(part.index);
  if (!ended || part.disposition != Disposition::Final) return {};
  text_ += ended.mapped();
  if (delivery_ != TextDelivery::WhenWhole || !receiver_) return {};
  has_delivered_ = has_delivered_ || !ended.mapped().empty();
  return receiver_(ended.mapped());
}

Status TextSink::model(const ListedModel&) {
  return {};
}

}  // namespace patchbay::host
