// Runs attempts: one session of an adapter each, driven over the transport into a sink.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"
#include "host/engine/sink.hpp"
#include "host/loader/adapter_code.hpp"
#include "host/outcome.hpp"
#include "host/provider.hpp"
#include "host/router/router.hpp"
#include <patchbay/plugin.h>

#include <functional>
#include <memory>

namespace patchbay::host {

// Bounds of one attempt; whatever the upstream sends, it stays within them.
struct EngineLimits {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::uint64_t response_size_max = std::uint64_t{256} << 20U;  // bytes of one body
  std::uint64_t text_size_max = std::uint64_t{4} << 20U;        // bytes of text parts in all
  std::uint64_t state_size_max = std::uint64_t{16} << 20U;      // bytes of state parts in all
  std::uint32_t parts_max = 100'000;
  std::uint32_t exchanges_max = 64;  // of one session
};

struct EngineDependencies {
  net::EventLoop& loop;
  net::HttpClient& client;
  const Clock& clock;
  const Log& log;
  Redactor& redactor;
};

// What one attempt needs. The credential is handed over and leaves with the transport alone.
struct AttemptInput {
  const Request& request;  // outlives the attempt, as do the two below
  const Candidate& candidate;
  Sink& sink;
  AdapterCode code;
  SecretBytes credential;                    // empty: none
  std::vector<std::string> allowed_origins;  // where it may go: the origins its owner signed for
  std::uint64_t random = 0;                  // for the session
  std::chrono::milliseconds deadline{0};
};

// A running attempt. Dropping it cancels it without a word.
class RunningAttempt {
 public:
  virtual ~RunningAttempt() = default;
  // The adapter is told, upstream is aborted, and `done` gets a Cancelled outcome.
  virtual void cancel() = 0;
  [[nodiscard]] virtual std::uint64_t bytes_received() const = 0;
};

class Engine {
 public:
  Engine(const EngineDependencies& dependencies, const EngineLimits& limits);

  // `done` is called once, on the loop's thread, after this returned.
  [[nodiscard]] std::unique_ptr<RunningAttempt> start(AttemptInput input,
                                                      std::function<void(AttemptOutcome)> done);

 private:
  EngineDependencies dependencies_;
  EngineLimits limits_;
};

}  // namespace patchbay::host
