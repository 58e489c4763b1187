// A request on the wire: what open() gets.
#pragma once

#include "host/worker/wire.hpp"

#include <deque>
#include <vector>

namespace patchbay::host::wire {

void write_request(Writer& writer, const patchbay_request& request);

// Points into the body it was read from, which outlives it.
class ReadRequest {
 public:
  ReadRequest() = default;
  ReadRequest(const ReadRequest&) = delete;
  ReadRequest& operator=(const ReadRequest&) = delete;
  ~ReadRequest() = default;

  // False where the body is none.
  [[nodiscard]] bool read(Reader& reader);
  [[nodiscard]] const patchbay_request& get() const noexcept { return request_; }

 private:
  void read_message(Reader& reader);

  // Deques, because the structs point at each other.
  std::deque<patchbay_input_part> parts_;
  std::deque<std::vector<const patchbay_input_part*>> part_lists_;
  std::deque<patchbay_message> messages_;
  std::vector<const patchbay_message*> message_list_;
  std::deque<patchbay_blob> blobs_;
  std::vector<const patchbay_blob*> blob_list_;
  std::vector<patchbay_kv> params_;
  std::vector<patchbay_kv> settings_;
  patchbay_request request_{};
};

void write_pairs(Writer& writer, const patchbay_kv* pairs, std::uint64_t count);
[[nodiscard]] std::vector<patchbay_kv> read_pairs(Reader& reader);

}  // namespace patchbay::host::wire
