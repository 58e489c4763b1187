#include "host/run.hpp"

#include "core/base/id.hpp"
#include "host/parameters.hpp"

#include <sys/random.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace patchbay::host {
namespace {

std::uint64_t random_number() {
  std::uint64_t number = 0;
  // Eight bytes never block once the system has started, and are never cut short.
  static_cast<void>(::getrandom(&number, sizeof number, 0));
  return number;
}

}  // namespace

Run::Run(const RunnerDependencies& dependencies, RunInput input)
    : dependencies_(dependencies),
      input_(std::move(input)),
      deadline_(dependencies.clock.steady() +
                input_.request.deadline.value_or(default_deadline(input_.request.operation))) {
  check_.operation = Operation::Verify;
}

Error Run::cancelled() {
  return Error{ErrorCode::Cancelled, "interrupted; the request was given up"};
}

void Run::start() {
  later(std::chrono::milliseconds(0), &Run::try_candidate);
}

void Run::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  if (attempt_running_ != nullptr) {
    attempt_running_->cancel();
  } else {
    later(std::chrono::milliseconds(0), &Run::try_candidate);
  }
}

std::uint64_t Run::bytes_received() const {
  return attempt_running_ == nullptr ? 0 : attempt_running_->bytes_received();
}

void Run::try_candidate() {
  if (cancelled_) return finish(cancelled());
  // No other candidate helps where there is no place for the answer.
  auto sink = input_.sinks();
  if (!sink.ok()) return finish(std::move(sink).error());
  const Status started = launch(input_.request, *sink.value(), time_left(), &Run::settle_attempt);
  if (!started.ok()) return pass_on(started.error());
  ++attempts_of_candidate_;
  ++attempts_in_all_;
}

Status Run::launch(const Request& request,
                   Sink& sink,
                   std::chrono::milliseconds limit,
                   void (Run::*settle)()) {
  if (request_id_.empty()) request_id_ = PATCHBAY_TRY(new_uuid());
  PATCHBAY_TRY(check_parameters(request, candidate().adapter.manifest()));
  const patchbay_module* module = PATCHBAY_TRY(dependencies_.catalog.load(candidate().adapter));
  // First: a key whose owner did not sign for it as it stands is never decrypted.
  std::vector<std::string> origins = PATCHBAY_TRY(origins_of(candidate()));
  SecretBytes credential = PATCHBAY_TRY(credential_of(candidate()));
  if (!credential.empty()) {
    hidden_credential_ = PATCHBAY_TRY(dependencies_.redactor.add(credential));
  }
  attempt_ = Attempt{};
  attempt_.id = PATCHBAY_TRY(new_uuid());
  attempt_.started_unix_ms = dependencies_.clock.unix_ms();
  AttemptInput input{.request = request,
                     .candidate = candidate(),
                     .sink = sink,
                     .module = module,
                     .credential = std::move(credential),
                     .allowed_origins = std::move(origins),
                     .random = random_number(),
                     .deadline = limit};
  attempt_running_ =
      dependencies_.engine.start(std::move(input), [this, settle](AttemptOutcome outcome) {
        attempt_.outcome = std::move(outcome);
        // From the loop: the attempt must not be dropped while it reports.
        later(std::chrono::milliseconds(0), settle);
      });
  return {};
}

Result<SecretBytes> Run::credential_of(const Candidate& candidate) {
  if (!input_.unstored_credential.empty()) {
    return SecretBytes::copy_of(input_.unstored_credential.expose());
  }
  if (!candidate.key) return SecretBytes();
  const Vault* vault = PATCHBAY_TRY(dependencies_.vault());
  auto credential = vault->decrypt(candidate.key->token, candidate.key->key_version);
  if (credential.ok()) return credential;
  Error error = std::move(credential).error();
  error.provider = candidate.provider.name;
  return error;
}

Result<std::vector<std::string>> Run::origins_of(const Candidate& candidate) const {
  const Registry& registry = dependencies_.registry;
  if (candidate.key) {
    KeyStatement signed_one = PATCHBAY_TRY(
        registry.checked_statement(dependencies_.catalog, candidate.provider, *candidate.key));
    return std::move(signed_one.origins);
  }
  if (!candidate.adapter.manifest().needs_credential) return std::vector<std::string>();
  KeyStatement would_be_signed =
      PATCHBAY_TRY(registry.statement_of(dependencies_.catalog, candidate.provider, Key{}));
  return std::move(would_be_signed.origins);
}

void Run::settle_attempt() {
  attempt_running_.reset();
  hidden_credential_ = Redactor::Registration();
  record(input_.request);
  const AttemptOutcome& outcome = attempt_.outcome;
  if (input_.watch) input_.watch(outcome);
  if (outcome.ok()) {
    return finish(RunReport{candidate(), outcome, request_id_, attempt_.id, attempts_in_all_});
  }
  Error error = error_of(*outcome.failure, candidate().provider.name);
  if (cancelled_) return finish(cancelled());
  const Decision decision = decide(outcome, policy_state());
  if (decision.key_effect != KeyEffect::ConfirmThenDeactivate || !candidate().key) {
    return follow(decision, std::move(error));
  }
  refusal_ = outcome.failure;
  decision_ = decision;
  confirm_refusal();
}

void Run::follow(const Decision& decision, Error error) {
  if (decision.step == Step::RetryHere) {
    dependencies_.log.info("trying again in " + std::to_string(decision.delay.count()) +
                           " ms after: " + error.message);
    return later(decision.delay, &Run::try_candidate);
  }
  const bool same_provider = decision.step == Step::NextKey;
  const bool goes_on = same_provider || decision.step == Step::NextProvider;
  const auto next = goes_on ? next_candidate(same_provider) : std::nullopt;
  if (!next) return finish(std::move(error));
  dependencies_.log.warning(error.message + "; trying the next one");
  index_ = *next;
  attempts_of_candidate_ = 0;
  later(std::chrono::milliseconds(0), &Run::try_candidate);
}

// A candidate that could not even be tried.
void Run::pass_on(Error error) {
  hidden_credential_ = Redactor::Registration();
  if (!first_error_) first_error_ = std::move(error);
  if (index_ + 1 >= input_.candidates.size()) return finish(*first_error_);
  dependencies_.log.warning(first_error_->message + "; trying the next one");
  ++index_;
  attempts_of_candidate_ = 0;
  later(std::chrono::milliseconds(0), &Run::try_candidate);
}

void Run::finish(Result<RunReport> result) {
  timer_ = net::EventLoop::Timer();
  const Status written = dependencies_.recorder.flush();
  if (!written.ok()) {
    dependencies_.log.warning("the attempt could not be recorded: " + written.error().message);
  }
  // Moved out first: the receiver may drop this object.
  const Runner::Done done = std::move(input_.done);
  done(std::move(result));
}

void Run::record(const Request& request) {
  attempt_.request_id = request_id_;
  attempt_.provider = candidate().provider.name;
  attempt_.provider_id = candidate().provider.id;
  attempt_.key_id = candidate().key ? candidate().key->id : std::string();
  attempt_.adapter = candidate().adapter.manifest().id;
  attempt_.operation = request.operation;
  attempt_.model = candidate().model;
  attempt_.environment = input_.request.environment;
  attempt_.user = input_.request.user;
  const Status kept = dependencies_.recorder.record(attempt_);
  if (!kept.ok()) dependencies_.log.warning(kept.error().message);
}

PolicyState Run::policy_state() const {
  PolicyState state;
  state.attempt_count = attempts_of_candidate_;
  state.has_next_key = next_candidate(true).has_value();
  state.has_next_provider = next_candidate(false).has_value();
  state.names_model = !input_.request.model.empty();
  state.may_change_provider =
      input_.request.provider.empty() ? MayChangeProvider::Yes : MayChangeProvider::No;
  state.time_left = time_left();
  state.random = static_cast<std::uint32_t>(random_number());
  return state;
}

std::optional<std::size_t> Run::next_candidate(bool same_provider) const {
  for (std::size_t i = index_ + 1; i < input_.candidates.size(); ++i) {
    const bool is_same = input_.candidates[i].provider.id == candidate().provider.id;
    if (is_same == same_provider) return i;
  }
  return {};
}

std::chrono::milliseconds Run::time_left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - dependencies_.clock.steady());
  return std::max(left, std::chrono::milliseconds(1));
}

void Run::later(std::chrono::milliseconds delay, void (Run::*step)()) {
  timer_ = dependencies_.loop.after(delay, [this, step] { (this->*step)(); });
}

}  // namespace patchbay::host
