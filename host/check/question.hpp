// What is asked of an adapter, and what the provider answers: both made up.
#pragma once

#include "host/check/placed_struct.hpp"
#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::check {

struct InputPart {
  std::uint32_t kind = PATCHBAY_PART_TEXT;
  std::string text;  // or the bytes of the blob
  std::string mime;
};
struct InputMessage {
  std::uint32_t role = PATCHBAY_ROLE_USER;
  std::vector<InputPart> parts;
};
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Question {
  std::uint32_t operation = PATCHBAY_OP_IMAGE;
  std::string model;
  std::vector<InputMessage> messages = {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_TEXT, "a cat", ""}}}};
  Pairs params;
  Pairs settings;
  std::string auth_type = "api_key";
  std::uint32_t adapter = 0;  // of the plugin
};

// What the provider answers to one request of the session.
struct Reply {
  std::uint32_t status = 200;  // 0: the host refuses to send the request
  Pairs headers;
  std::string body;
};

// Owns the C structures of a request, wherever they are to lie.
class RequestStorage {
 public:
  explicit RequestStorage(const Question& question, Room room = Room::Exact);
  RequestStorage(const RequestStorage&) = delete;
  RequestStorage& operator=(const RequestStorage&) = delete;
  [[nodiscard]] const patchbay_request& request() const { return *request_.get(); }
  [[nodiscard]] std::size_t blob_count() const { return blob_bytes_.size(); }
  [[nodiscard]] const std::string& blob(std::size_t index) const { return blob_bytes_[index]; }

 private:
  void add_message(const InputMessage& message);
  void add_part(const InputPart& part, std::vector<const patchbay_input_part*>& list);

  Question question_;
  Room room_;
  std::vector<std::string> blob_bytes_;
  std::deque<PlacedStruct<patchbay_blob>> blobs_;
  std::vector<const patchbay_blob*> blob_list_;
  std::deque<PlacedStruct<patchbay_input_part>> parts_;
  std::deque<std::vector<const patchbay_input_part*>> part_lists_;
  std::deque<PlacedStruct<patchbay_message>> messages_;
  std::vector<const patchbay_message*> message_list_;
  std::vector<patchbay_kv> params_;
  std::vector<patchbay_kv> settings_;
  PlacedStruct<patchbay_request> request_;
};

}  // namespace patchbay::check
