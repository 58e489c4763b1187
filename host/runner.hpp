// One request from its candidates to its rows: attempts, retries, and what follows for the keys.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/redactor.hpp"
#include "core/net/event_loop.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/sink.hpp"
#include "host/loader/catalog.hpp"
#include "host/oauth/access_tokens.hpp"
#include "host/outcome.hpp"
#include "host/recorder/recorder.hpp"
#include "host/registry/registry.hpp"
#include "host/request.hpp"
#include "host/router/router.hpp"
#include "host/vault/vault.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace patchbay::host {

// A request that was answered whole.
struct RunReport {
  Candidate candidate;     // that answered
  AttemptOutcome outcome;  // of its last attempt
  std::string request_id;
  std::string attempt_id;
  unsigned attempt_count = 0;  // in all, of every candidate
};

// Gives each attempt its own sink, so that nothing of a failed one stays. The sink lives until the
// next call, or until the request is over.
using SinkSource = std::function<Result<Sink*>()>;

// A request under way. Dropping it cancels it without a word and without a row.
class RunningRequest {
 public:
  virtual ~RunningRequest() = default;
  // `done` gets a Cancelled error, and the row says so.
  virtual void cancel() = 0;
  // Of the attempt under way.
  [[nodiscard]] virtual std::uint64_t bytes_received() const = 0;
};

struct RunnerDependencies {
  net::EventLoop& loop;
  Engine& engine;
  Catalog& catalog;
  Registry& registry;
  Recorder& recorder;
  const Clock& clock;
  const Log& log;
  Redactor& redactor;
  std::function<Result<const Vault*>()> vault;  // opens it when the first key is needed
  std::function<void()> write_soon;             // has written what the recorder keeps
  AccessTokens* tokens = nullptr;               // of keys that are logins
};

// Told how each attempt of a request ended, before what follows from it.
using AttemptWatch = std::function<void(const AttemptOutcome&)>;

class Runner {
 public:
  using Done = std::function<void(Result<RunReport>)>;

  explicit Runner(RunnerDependencies dependencies) : dependencies_(std::move(dependencies)) {}

  // Tries the candidates in order, as the policy says. Requires a deadline in the request and at
  // least one candidate. `done` is called once, on the loop's thread, after this returned; its
  // error is the upstream's own where there was an answer. `watch` may be empty.
  [[nodiscard]] std::unique_ptr<RunningRequest> start(Request request,
                                                      std::vector<Candidate> candidates,
                                                      SinkSource sinks,
                                                      Done done,
                                                      AttemptWatch watch = {});

  // Whether a credential that is not stored works: one call of the adapter's `verify`. It is sent
  // to the origins that would be signed for the provider as it is.
  [[nodiscard]] std::unique_ptr<RunningRequest> check_credential(Candidate candidate,
                                                                 SecretBytes credential,
                                                                 std::chrono::milliseconds deadline,
                                                                 Done done);

 private:
  RunnerDependencies dependencies_;
};

}  // namespace patchbay::host
