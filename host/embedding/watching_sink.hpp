// A sink around another one: tells of text as it comes, and keeps what must be given back later.
#pragma once

#include "host/engine/sink.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::embedding {

class WatchingSink final : public host::Sink {
 public:
  using OnText = std::function<void(std::string_view piece)>;

  // `inner` outlives it. `on_text` may be empty.
  WatchingSink(host::Sink& inner, OnText on_text) : inner_(inner), on_text_(std::move(on_text)) {}

  [[nodiscard]] Status begin(const host::PartStart& part) override;
  [[nodiscard]] Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Status end(const host::PartEnd& part) override;
  [[nodiscard]] Status model(const host::ListedModel& model) override;

  // Opaque state parts, in the order in which they ended; the engine's limit bounds them.
  [[nodiscard]] std::vector<std::string> take_states() { return std::exchange(states_, {}); }

 private:
  host::Sink& inner_;
  OnText on_text_;
  std::set<std::uint32_t> texts_;                     // open ones
  std::map<std::uint32_t, std::string> open_states_;  // by part
  std::vector<std::string> states_;
};

}  // namespace patchbay::embedding
