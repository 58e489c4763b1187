// An action of a session on the wire.
#pragma once

#include "host/worker/wire.hpp"

#include <string>
#include <vector>

namespace patchbay::host::wire {

// Empty where it was written; else what is wrong with the payload, for the plugin's author. Unknown
// kinds are written without one.
[[nodiscard]] std::string write_action(Writer& writer, const patchbay_action& action);

// Points into the body it was read from and into what was lent, which both outlive it.
class ReadAction {
 public:
  ReadAction() = default;
  ReadAction(const ReadAction&) = delete;
  ReadAction& operator=(const ReadAction&) = delete;
  ~ReadAction() = default;

  [[nodiscard]] bool read(Reader& reader);
  [[nodiscard]] const patchbay_action& get() const noexcept { return action_; }

 private:
  void read_http(Reader& reader);
  void read_part(Reader& reader);
  void read_usage(Reader& reader);
  void read_failure(Reader& reader);
  void read_model(Reader& reader);

  patchbay_action action_{};
  patchbay_http_request http_{};
  std::vector<patchbay_kv> headers_;
  std::vector<patchbay_segment> body_;
  std::uint64_t delay_ms_ = 0;
  patchbay_part part_{};
  patchbay_usage usage_{};
  patchbay_kv meta_{};
  patchbay_failure failure_{};
  patchbay_model model_{};
};

}  // namespace patchbay::host::wire
