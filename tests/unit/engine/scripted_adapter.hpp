// An adapter that does what a test says: a real patchbay_module, written as a state machine.
#pragma once

#include <patchbay/plugin.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::testing {

struct HttpOptions {
  std::string method = "POST";
  std::uint32_t origin = PATCHBAY_ORIGIN_ENDPOINT;
  std::uint32_t flags = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct PartOptions {
  std::uint32_t index = 0;
  std::uint32_t kind = PATCHBAY_PART_IMAGE;
  std::uint32_t flags = PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST;
  std::uint32_t encoding = PATCHBAY_ENCODING_RAW;
  std::uint32_t disposition = PATCHBAY_PART_FINAL;
  std::string mime;
};

struct FailureOptions {
  std::uint32_t category = PATCHBAY_ERR_UPSTREAM;
  std::uint32_t billed = PATCHBAY_BILLED_UNKNOWN;
  std::uint32_t http_status = 0;
  std::uint64_t retry_after_ms = 0;
  std::string provider_code;
  std::string message;
  std::uint32_t understood = 0;
};

// One session: a queue of actions that own what they point to.
class ScriptedSession {
 public:
  void http(std::uint64_t id, std::string target, HttpOptions options = {});
  void http_segments(std::uint64_t id, std::string target, std::vector<patchbay_segment> segments);
  void abort_http(std::uint64_t id);
  void wait(std::uint64_t id, std::uint64_t delay_ms);
  // The data is not copied: it must live as the ABI says, or longer.
  void part(std::span<const std::uint8_t> data, PartOptions options = {});
  void part(std::string_view data, PartOptions options = {});
  void text(std::string_view data, std::uint32_t index);
  void usage(const patchbay_usage& usage);
  void meta(std::string key, std::string value);
  void model(std::string id, std::uint32_t flags);
  void done();
  void error(FailureOptions options);
  void raw(std::uint32_t kind, std::uint64_t id, const void* payload);

  // What IDLE says from now on.
  std::uint64_t awaited = 0;
  const patchbay_host* host = nullptr;
  const patchbay_request* request = nullptr;

  [[nodiscard]] patchbay_action take();

 private:
  struct Queued {
    patchbay_action action;
    std::shared_ptr<void> owned;  // shared: of whatever type the payload is
  };
  template <typename Payload>
  void push(std::uint32_t kind, std::uint64_t id, std::shared_ptr<Payload> payload);

  std::deque<Queued> queue_;
  Queued last_{};
};

// What the one scripted module does; set by each test before an attempt starts.
struct AdapterScript {
  std::function<void(ScriptedSession&, const patchbay_input&)> on_input;
  // Where these are set they stand in for the whole function.
  std::function<patchbay_status(patchbay_err*)> on_open;
  std::function<patchbay_status(patchbay_action*, patchbay_err*)> on_next;
  std::vector<std::uint32_t> inputs;  // kinds, in order
  int open_sessions = 0;
};

[[nodiscard]] AdapterScript& adapter_script();
[[nodiscard]] const patchbay_module* scripted_module();

}  // namespace patchbay::testing
