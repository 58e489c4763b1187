#include "host/engine/attempt.hpp"

#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/contract.hpp"
#include "host/engine/failures.hpp"
#include "host/engine/module_session.hpp"
#include "host/engine/worker_session.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

std::chrono::milliseconds deadline_of(const AttemptInput& input) {
  if (input.deadline.count() > 0) return input.deadline;
  return input.request.deadline.value_or(default_deadline(input.request.operation));
}

}  // namespace

DrivenAttempt::DrivenAttempt(const EngineDependencies& dependencies,
                             const EngineLimits& limits,
                             AttemptInput input,
                             Done done)
    : dependencies_(dependencies),
      limits_(limits),
      request_(input.request),
      candidate_(input.candidate),
      sink_(input.sink),
      code_(std::move(input.code)),
      random_(input.random),
      deadline_(deadline_of(input)),
      done_(std::move(done)),
      transport_(Transport::Options{candidate_.provider,
                                    candidate_.adapter.manifest(),
                                    request_.blobs,
                                    dependencies.redactor,
                                    std::move(input.credential),
                                    std::move(input.allowed_origins)}),
      parts_(sink_, limits, dependencies.redactor),
      board_(ExchangeBoard::Options{dependencies.loop,
                                    dependencies.client,
                                    dependencies.clock,
                                    limits.exchanges_max,
                                    [this] { pump(); }}),
      alive_(std::make_shared<bool>(true)) {}

DrivenAttempt::~DrivenAttempt() {
  board_.give_up_all();
}

void DrivenAttempt::start() {
  started_ = dependencies_.clock.steady();
  deadline_timer_ = dependencies_.loop.after(deadline_, [this] { stop(timed_out(deadline_)); });
  if (const Status opened = open(); !opened.ok()) {
    fail(opened.error());
    return;
  }
  pumping_ = true;
  feed(PATCHBAY_IN_START, 0, nullptr);
  pumping_ = false;
  pump();
}

Status DrivenAttempt::check_auth_type() const {
  const AdapterManifest& manifest = candidate_.adapter.manifest();
  if (!manifest.needs_credential || manifest.auth.contains(candidate_.provider.auth_type))
    return {};
  std::vector<std::string> known;
  known.reserve(manifest.auth.size());
  for (const auto& [type, placement] : manifest.auth) known.push_back(type);
  return Error{ErrorCode::NotConfigured,
               "provider '" + candidate_.provider.name + "' has auth type '" +
                   candidate_.provider.auth_type + "'; its adapter knows " + joined(known, ", "),
               "run: patchbay provider set " + candidate_.provider.name + " --auth-type TYPE",
               {}};
}

Status DrivenAttempt::open() {
  PATCHBAY_TRY(check_auth_type());
  registration_ = PATCHBAY_TRY(transport_.hide_credential(dependencies_.redactor));
  auto request = PATCHBAY_TRY(AbiRequest::create(request_, candidate_, random_));
  session_ = PATCHBAY_TRY(code_.worker ? open_in_worker(*request) : open_here(std::move(request)));
  return {};
}

Result<std::unique_ptr<AdapterSession>> DrivenAttempt::open_in_worker(const AbiRequest& request) {
  return WorkerSession::open({*code_.worker,
                              candidate_.adapter.index,
                              candidate_.adapter.manifest().id,
                              dependencies_.loop,
                              dependencies_.clock,
                              dependencies_.log,
                              [this] { go_on(); }},
                             request);
}

Result<std::unique_ptr<AdapterSession>> DrivenAttempt::open_here(
    std::unique_ptr<AbiRequest> request) {
  const ModuleSession::Options options{code_.module,
                                       candidate_.adapter.index,
                                       candidate_.adapter.manifest().id,
                                       dependencies_.clock,
                                       dependencies_.log};
  return ModuleSession::open(options, std::move(request));
}

void DrivenAttempt::pump() {
  if (pumping_ || finished_ || computing_) return;
  pumping_ = true;
  while (!finished_ && !stop_wanted_ && !computing_) {
    const auto input = board_.take();
    if (!input) break;
    deliver(*input);
  }
  pumping_ = false;
  if (finished_) return;
  if (stop_wanted_) {
    stop(std::move(*stop_wanted_));
    return;
  }
  if (computing_ || !board_.is_awaited_paused()) return;
  // Later, because this may run inside one of the client's callbacks.
  dependencies_.loop.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.lock() != nullptr) board_.resume_awaited();
  });
}

void DrivenAttempt::deliver(const ExchangeBoard::Input& input) {
  switch (input.event.kind) {
    case PATCHBAY_IN_HTTP_HEAD: deliver_head(input); break;
    case PATCHBAY_IN_HTTP_DATA: {
      const patchbay_bytes bytes = abi_bytes(input.event.data);
      feed(input.event.kind, input.id, &bytes);
      break;
    }
    case PATCHBAY_IN_HTTP_FAIL: deliver_failure(input); break;
    default: feed(input.event.kind, input.id, nullptr); break;
  }
}

void DrivenAttempt::deliver_head(const ExchangeBoard::Input& input) {
  host_failure_.reset();
  head_pairs_.clear();
  for (const net::Header& header : input.event.head->headers)
    head_pairs_.push_back(patchbay_kv{abi_str(header.name), abi_str(header.value)});
  patchbay_http_head head{};
  head.struct_size = sizeof(head);
  head.status = input.event.head->status;
  head.headers = head_pairs_.data();
  head.header_count = head_pairs_.size();
  feed(input.event.kind, input.id, &head);
}

void DrivenAttempt::deliver_failure(const ExchangeBoard::Input& input) {
  const net::NetFailure& failure = *input.event.failure;
  const Exchange* exchange = board_.find(input.id);
  if (exchange->refusal()) {
    host_failure_ = failure_of(*exchange->refusal());
  } else if (exchange->progress().error) {
    host_failure_ = failure_of(*exchange->progress().error);
  } else {
    host_failure_ = failure_of(failure);
  }
  const std::string message =
      shown(failure.message, failure_message_size_max, dependencies_.redactor);
  patchbay_http_fail payload{};
  payload.struct_size = sizeof(payload);
  payload.kind = abi_fail_kind(failure.kind);
  payload.sent = failure.sent ? 1 : 0;
  payload.message = abi_str(message);
  feed(input.event.kind, input.id, &payload);
}

void DrivenAttempt::feed(std::uint32_t kind, std::uint64_t id, const void* payload) {
  if (const Status fed = session_->feed(kind, id, payload); !fed.ok()) {
    fail(fed.error());
    return;
  }
  drain();
}

void DrivenAttempt::drain() {
  while (!finished_) {
    const auto action = session_->next();
    if (!action.ok()) {
      fail(action.error());
      return;
    }
    if (!action.value()) {
      computing_ = true;
      return;
    }
    const auto after = act(*action.value());
    if (!after.ok()) {
      fail(after.error());
      return;
    }
    if (after.value() != After::GoOn || stop_wanted_) return;
    // The timer cannot run while the adapter goes on and on.
    if (elapsed() >= deadline_) {
      stop_wanted_ = timed_out(deadline_);
      return;
    }
  }
}

void DrivenAttempt::go_on() {
  if (finished_) return;
  computing_ = false;
  pumping_ = true;
  drain();
  pumping_ = false;
  pump();
}

void DrivenAttempt::cancel() {
  stop(cancelled());
}

void DrivenAttempt::stop(Failure failure) {
  if (finished_) return;
  if (pumping_) {
    stop_wanted_ = std::move(failure);
    return;
  }
  if (session_) session_->cancel();
  finish(std::move(failure));
}

void DrivenAttempt::fail(const Error& error) {
  finish(failure_of(error));
}

void DrivenAttempt::finish(std::optional<Failure> failure) {
  if (finished_) return;
  finished_ = true;
  if (failure) {
    const Billed known = billed_so_far();
    if (known == Billed::No || failure->billed == Billed::Unknown) failure->billed = known;
    failure->message = shown(failure->message, failure_message_size_max, dependencies_.redactor);
  }
  // Most providers count tokens only.
  if (!failure && request_.operation == Operation::Image && !outcome_.usage.images) {
    outcome_.usage.images = parts_.final_image_count();
  }
  outcome_.failure = std::move(failure);
  outcome_.latency = elapsed();
  if (const auto head = board_.first_head())
    outcome_.latency_first =
        std::chrono::duration_cast<std::chrono::milliseconds>(*head - started_);
  outcome_.bytes_sent = board_.bytes_sent();
  outcome_.bytes_received = board_.bytes_received();
  deadline_timer_ = {};
  board_.give_up_all();
  // Whoever is told may drop this attempt, which may be in the middle of a callback now.
  dependencies_.loop.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.lock() != nullptr) report();
  });
}

void DrivenAttempt::report() {
  session_.reset();
  transport_.forget_credential();
  registration_ = {};
  const Done done = std::move(done_);
  AttemptOutcome outcome = std::move(outcome_);
  done(std::move(outcome));
}

std::uint64_t DrivenAttempt::bytes_received() const {
  return board_.bytes_received();
}

Billed DrivenAttempt::billed_so_far() const {
  if (!board_.may_be_sent()) return Billed::No;
  return parts_.has_begun() ? Billed::Yes : Billed::Unknown;
}

std::chrono::milliseconds DrivenAttempt::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(dependencies_.clock.steady() -
                                                               started_);
}

std::chrono::milliseconds DrivenAttempt::time_left() const {
  return std::max(deadline_ - elapsed(), std::chrono::milliseconds(1));
}

}  // namespace patchbay::host
