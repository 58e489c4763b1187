// An input of a session on the wire.
#pragma once

#include "host/worker/wire.hpp"

#include <string_view>
#include <vector>

namespace patchbay::host::wire {

void write_input(Writer& writer, const patchbay_input& input);
// The bytes of an answer that an input carries; empty for all others. What of them the worker hands
// back is lent.
[[nodiscard]] std::string_view data_of(const patchbay_input& input);

// Points into the body it was read from, which outlives it.
class ReadInput {
 public:
  ReadInput() = default;
  ReadInput(const ReadInput&) = delete;
  ReadInput& operator=(const ReadInput&) = delete;
  ~ReadInput() = default;

  [[nodiscard]] bool read(Reader& reader);
  [[nodiscard]] const patchbay_input& get() const noexcept { return input_; }

 private:
  patchbay_input input_{};
  patchbay_http_head head_{};
  std::vector<patchbay_kv> headers_;
  patchbay_bytes data_{};
  patchbay_http_fail failure_{};
};

}  // namespace patchbay::host::wire
