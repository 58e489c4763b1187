// A host for tests: opens a plugin, plays answers to its session, and notes what it does and where
// it breaks the contract.
#pragma once

#include "tests/contract/transcript.hpp"
#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::contract {

// A plugin file, never unloaded.
class LoadedPlugin {
 public:
  explicit LoadedPlugin(const std::string& path);
  [[nodiscard]] const patchbay_module& module() const { return *module_; }

 private:
  const patchbay_module* module_ = nullptr;
};

struct InputPart {
  std::uint32_t kind = PATCHBAY_PART_TEXT;
  std::string text;  // or the bytes of the blob
  std::string mime;
};
struct InputMessage {
  std::uint32_t role = PATCHBAY_ROLE_USER;
  std::vector<InputPart> parts;
};
struct Question {
  std::uint32_t operation = PATCHBAY_OP_IMAGE;
  std::string model = "gemini-3.1-flash-image";
  std::vector<InputMessage> messages = {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_TEXT, "a cat", ""}}}};
  std::vector<std::pair<std::string, std::string>> params;
  std::vector<std::pair<std::string, std::string>> settings;
};

// What the provider answers to one request of the session.
struct Reply {
  std::uint32_t status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// How the last reply ends, after `limit` bytes of its body.
enum class Cut { Complete, Truncated, ConnectionLost, Cancelled, Closed };

struct Play {
  std::function<std::size_t()> chunk_size = [] { return std::numeric_limits<std::size_t>::max(); };
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  Cut cut = Cut::Complete;
  // Runs around every call into the plugin, for tests that watch its memory.
  std::function<void(bool inside)> boundary = [](bool) {};
};

[[nodiscard]] Transcript play(const patchbay_module& module,
                              const Question& question,
                              const std::vector<Reply>& replies,
                              const Play& how = {});

// Owns the C structures of a request.
class RequestStorage {
 public:
  explicit RequestStorage(const Question& question);
  RequestStorage(const RequestStorage&) = delete;
  RequestStorage& operator=(const RequestStorage&) = delete;
  [[nodiscard]] const patchbay_request& request() const { return request_; }
  [[nodiscard]] const std::string& blob(std::size_t index) const { return blob_bytes_.at(index); }

 private:
  void add_message(const InputMessage& message);

  Question question_;
  std::vector<std::string> blob_bytes_;
  std::vector<patchbay_blob> blobs_;
  std::vector<const patchbay_blob*> blob_list_;
  std::vector<std::vector<patchbay_input_part>> parts_;
  std::vector<std::vector<const patchbay_input_part*>> part_lists_;
  std::vector<patchbay_message> messages_;
  std::vector<const patchbay_message*> message_list_;
  std::vector<patchbay_kv> params_;
  std::vector<patchbay_kv> settings_;
  patchbay_request request_{};
};

}  // namespace patchbay::contract
