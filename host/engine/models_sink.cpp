#include "host/engine/models_sink.hpp"

namespace patchbay::host {

Status ModelsSink::begin(const PartStart&) {
  return {};
}

Status ModelsSink::write(std::uint32_t, std::span<const std::uint8_t>) {
  return {};
}

Status ModelsSink::end(const PartEnd&) {
  return {};
}

Status ModelsSink::model(const ListedModel& model) {
  models_.push_back(model);
  return {};
}

}  // namespace patchbay::host
