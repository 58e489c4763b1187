// A request in the form that an adapter sees: the C structs of patchbay_request and all they point
// to.
#pragma once

#include "host/request.hpp"
#include "host/router/router.hpp"
#include <patchbay/plugin.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace patchbay::host {

// Points into the request and the candidate, which outlive it; itself lives until the session is
// closed. The adapter gets the provider's settings that its manifest names, and no others.
class AbiRequest {
 public:
  // Errors: BadInput, where a message names a blob that is not there.
  [[nodiscard]] static Result<std::unique_ptr<AbiRequest>> create(const Request& request,
                                                                  const Candidate& candidate,
                                                                  std::uint64_t random);
  AbiRequest(const AbiRequest&) = delete;
  AbiRequest& operator=(const AbiRequest&) = delete;
  ~AbiRequest() = default;

  [[nodiscard]] const patchbay_request& get() const { return request_; }

 private:
  AbiRequest() = default;
  [[nodiscard]] Status add_messages(const Request& request);
  void add_blobs(const Request& request);
  void add_pairs(const Request& request, const Candidate& candidate);

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

}  // namespace patchbay::host
