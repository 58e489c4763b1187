// A sink for the list of models; also for `verify`, which emits nothing.
#pragma once

#include "host/engine/sink.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace patchbay::host {

class ModelsSink final : public Sink {
 public:
  [[nodiscard]] Status begin(const PartStart& part) override;
  [[nodiscard]] Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Status end(const PartEnd& part) override;
  [[nodiscard]] Status model(const ListedModel& model) override;

  // In the provider's order; the engine bounds their number.
  [[nodiscard]] const std::vector<ListedModel>& models() const { return models_; }

 private:
  std::vector<ListedModel> models_;
};

}  // namespace patchbay::host
