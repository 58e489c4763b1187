#include "host/run.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace patchbay::host {

Run::Run(const RunnerDependencies& dependencies, RunInput input)
    : dependencies_(dependencies),
      input_(std::move(input)),
      deadline_(dependencies.clock.steady() +
                input_.request.deadline.value_or(default_deadline(input_.request.operation))),
      done_(input_.candidates.size(), false),
      patience_(input_.request.patience) {
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
  if (needs_token()) return fetch_token();
  if (is_held_up()) return;
  // No other candidate helps where there is no place for the answer.
  auto sink = input_.sinks();
  if (!sink.ok()) {
    note_provider(ProviderEffect::None);
    return finish(std::move(sink).error());
  }
  sink_ = sink.value();
  const Status started = launch(input_.request, *sink_, time_left(), &Run::settle_attempt);
  if (!started.ok()) {
    note_provider(ProviderEffect::None);
    return pass_on(started.error(), Where::Anywhere);
  }
  ++attempts_of_candidate_;
  ++attempts_in_all_;
}

void Run::settle_attempt() {
  attempt_running_.reset();
  hidden_credential_ = Redactor::Registration();
  record(input_.request);
  const AttemptOutcome& outcome = attempt_.outcome;
  if (input_.watch) input_.watch(outcome);
  if (outcome.ok()) {
    note_provider(ProviderEffect::Answered);
    return finish(RunReport{candidate(), outcome, request_id_, attempt_.id, attempts_in_all_});
  }
  Error error = error_of(*outcome.failure, candidate().provider.name);
  if (!cancelled_ && renews_refused_token()) {
    note_provider(ProviderEffect::None);
    return later(std::chrono::milliseconds(0), &Run::try_candidate);
  }
  const Decision decision = decide(outcome, policy_state());
  note_provider(decision.provider_effect);
  if (cancelled_) return finish(cancelled());
  if (decision.key_effect == KeyEffect::CoolDown) cool_down(decision);
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
  std::optional<std::size_t> next;
  if (decision.step == Step::NextKey) next = next_candidate(Where::SameProvider);
  if (decision.step == Step::NextProvider) next = next_candidate(Where::OtherProvider);
  if (!next) return finish(std::move(error));
  dependencies_.log.warning(error.message + "; trying the next one");
  go_to_candidate(*next);
}

// A candidate that could not even be tried.
void Run::pass_on(Error error, Where where) {
  hidden_credential_ = Redactor::Registration();
  const auto next = next_candidate(where);
  if (next) dependencies_.log.warning(error.message + "; trying the next one");
  if (!first_error_) first_error_ = std::move(error);
  if (!next) return finish(*first_error_);
  go_to_candidate(*next);
}

void Run::finish(Result<RunReport> result) {
  timer_ = net::EventLoop::Timer();
  // The caller has waited for the answer, and does not wait for the books.
  dependencies_.write_soon();
  // Moved out first: the receiver may drop this object.
  const Runner::Done done = std::move(input_.done);
  done(std::move(result));
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
