// A sink for answers in text.
#pragma once

#include "host/engine/sink.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::host {

enum class TextDelivery : std::uint8_t {
  WhenWhole,  // a part at its end, drafts and thoughts left out
  AsItComes,  // each piece at once; a provider may say too late that it was a thought
};

// Images and state are passed over.
class TextSink final : public Sink {
 public:
  using Receiver = std::function<Status(std::string_view text)>;

  // `receiver` may be empty; an error of it ends the attempt.
  TextSink(TextDelivery delivery, Receiver receiver)
      : delivery_(delivery), receiver_(std::move(receiver)) {}

  [[nodiscard]] Status begin(const PartStart& part) override;
  [[nodiscard]] Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Status end(const PartEnd& part) override;
  [[nodiscard]] Status model(const ListedModel& model) override;
  [[nodiscard]] bool has_delivered() const override { return has_delivered_; }

  // The final parts so far, in the order in which they ended; the engine's limit bounds them.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  TextDelivery delivery_;
  Receiver receiver_;
  std::map<std::uint32_t, std::string> parts_;  // open ones, by index
  std::string text_;
  bool has_delivered_ = false;
};

}  // namespace patchbay::host
