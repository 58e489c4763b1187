#include "host/embedding/watching_sink.hpp"

namespace patchbay::embedding {

Status WatchingSink::begin(const host::PartStart& part) {
  if (part.kind == host::PartKind::Text) texts_.insert(part.index);
  if (part.kind == host::PartKind::State) open_states_.insert_or_assign(part.index, std::string());
  return inner_.begin(part);
}

Status WatchingSink::write(std::uint32_t index, std::span<const std::uint8_t> bytes) {
  PATCHBAY_TRY(inner_.write(index, bytes));
  const std::string_view piece(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto state = open_states_.find(index); state != open_states_.end())
    state->second += piece;
  if (on_text_ && !piece.empty() && texts_.contains(index)) on_text_(piece);
  return {};
}

Status WatchingSink::end(const host::PartEnd& part) {
  texts_.erase(part.index);
  if (auto state = open_states_.extract(part.index)) states_.push_back(std::move(state.mapped()));
  return inner_.end(part);
}

Status WatchingSink::model(const host::ListedModel& model) {
  return inner_.model(model);
}

}  // namespace patchbay::embedding
