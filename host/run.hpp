// The state machine behind Runner: one request, attempt after attempt.
#pragma once

#include "host/engine/models_sink.hpp"
#include "host/engine/policy.hpp"
#include "host/runner.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

struct RunInput {
  Request request;
  std::vector<Candidate> candidates;
  SinkSource sinks;
  Runner::Done done;
  AttemptWatch watch{};             // may be empty
  SecretBytes unstored_credential;  // used instead of the candidate's key; empty: none
};

// Lives on the loop's thread. Every step ends by starting an attempt, by setting the timer, or in
// finish(), so at most one of `attempt_running_` and `timer_` is under way.
class Run final : public RunningRequest {
 public:
  Run(const RunnerDependencies& dependencies, RunInput input);
  // From the loop, so that nothing is called before the caller has this object.
  void start();

  void cancel() override;
  [[nodiscard]] std::uint64_t bytes_received() const override;

 private:
  enum class Where : std::uint8_t { Anywhere, SameProvider, OtherProvider };

  void try_candidate();
  // Whether the candidate is not to be used now; then it is waited for, or passed over.
  [[nodiscard]] bool is_held_up();
  [[nodiscard]] bool is_key_cooling();
  void wait_or_pass_on(std::chrono::milliseconds wait, Error error, Where where);
  void settle_attempt();
  void follow(const Decision& decision, Error error);
  void pass_on(Error error, Where where);
  void finish(Result<RunReport> result);

  // Keys that are logins: see host/run_login.cpp.
  [[nodiscard]] bool needs_token() const;
  void fetch_token();
  void settle_token(Result<SecretBytes> token);
  [[nodiscard]] Result<AccessTokens::Login> login_of(const Candidate& candidate) const;
  [[nodiscard]] bool renews_refused_token();

  void confirm_refusal();
  void settle_confirmation();
  void end_refused(const Failure& failure, std::string hint);
  // What to tell a person about the key then; empty: the usual words.
  [[nodiscard]] std::string note_refusal(const Failure& failure);
  [[nodiscard]] std::string deactivate_key(const Failure& failure);
  void warn_of_last_key();
  [[nodiscard]] static Error cancelled();

  // Starts an attempt of the candidate; `settle` is called when it is over.
  [[nodiscard]] Status launch(const Request& request,
                              Sink& sink,
                              std::chrono::milliseconds limit,
                              void (Run::*settle)());
  [[nodiscard]] Result<SecretBytes> credential_of(const Candidate& candidate);
  [[nodiscard]] Result<std::vector<std::string>> origins_of(const Candidate& candidate) const;
  void record(const Request& request);
  void cool_down(const Decision& decision);
  void note_provider(ProviderEffect effect);
  [[nodiscard]] PolicyState policy_state() const;
  [[nodiscard]] std::optional<std::size_t> next_candidate(Where where) const;
  void go_to_candidate(std::size_t index);
  [[nodiscard]] std::chrono::milliseconds time_left() const;
  void later(std::chrono::milliseconds delay, void (Run::*step)());
  [[nodiscard]] const Candidate& candidate() const { return input_.candidates[index_]; }

  const RunnerDependencies& dependencies_;
  RunInput input_;
  std::chrono::steady_clock::time_point deadline_;
  std::string request_id_;
  std::size_t index_ = 0;               // of the candidate
  std::vector<bool> done_;              // by candidate: not to be tried any more
  std::chrono::milliseconds patience_;  // left for pauses and cool-downs
  bool is_probe_ = false;  // this attempt is to see whether the provider's pause is over
  Sink* sink_ = nullptr;   // of the attempt under way
  unsigned attempts_of_candidate_ = 0;
  unsigned attempts_in_all_ = 0;
  bool cancelled_ = false;
  std::optional<Error> first_error_;  // of candidates that were passed over

  SecretBytes access_token_;        // of the key below
  std::string token_key_id_;        // empty: none is at hand
  bool has_renewed_token_ = false;  // once in a request, because it was refused
  AccessTokens::Waiting waiting_;

  Redactor::Registration hidden_credential_;
  Attempt attempt_;  // the one under way, then the last one
  std::unique_ptr<RunningAttempt> attempt_running_;
  net::EventLoop::Timer timer_;

  Request check_;  // the `verify` that confirms a refusal
  ModelsSink check_sink_;
  std::optional<Failure> refusal_;  // what is being confirmed
  Decision decision_;               // what follows once it is
};

}  // namespace patchbay::host
