#include "host/embedding/run.hpp"

#include "host/embedding/embedded_host.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

using namespace patchbay;  // NOLINT(google-build-using-namespace): of this file's only type
using namespace patchbay::embedding;  // NOLINT(google-build-using-namespace): likewise

namespace {

Error cancelled() {
  return Error{ErrorCode::Cancelled, "the application cancelled the request"};
}

}  // namespace

patchbay_run::patchbay_run(std::shared_ptr<Mailbox> mailbox, LoopOwner& owner, RunInput input)
    : mailbox_(std::move(mailbox)),
      owner_(&owner),
      input_(std::move(input)),
      output_(
          input_.request.operation,
          input_.place,
          input_.observer.on_text == nullptr
              ? WatchingSink::OnText()
              : [this](std::string_view piece) {
                  input_.observer.on_text(input_.observer.user, this, piece.data(), piece.size());
                }) {}

void patchbay_run::begin(EmbeddedHost& host) {
  host_ = &host;
  started_ = std::chrono::steady_clock::now();
  if (host.is_closing()) return end(cancelled());
  if (Status started = start(); !started.ok()) end(std::move(started));
}

Status patchbay_run::start() {
  host::Host& host = host_->host();
  host::Request request = std::move(input_.request);
  if (request.environment.empty()) request.environment = host.config().environment;
  if (!request.deadline) request.deadline = host.deadline_of(request.operation);
  deadline_ = *request.deadline;
  auto candidates = PATCHBAY_TRY(host.candidates(request));
  host::Runner* runner = PATCHBAY_TRY(host.runner());
  running_ = runner->start(
      std::move(request),
      std::move(candidates),
      [this] { return output_.open_sink(); },
      [this](Result<host::RunReport> report) { settle(std::move(report)); });
  return {};
}

void patchbay_run::settle(Result<host::RunReport> report) {
  running_.reset();
  if (!report.ok()) return end(std::move(report).error());
  if (Status taken = take_answer(std::move(report).value()); !taken.ok())
    return end(std::move(taken));
  if (input_.place.kind == OutputKind::Observer) return deliver();
  end({});
}

Status patchbay_run::take_answer(host::RunReport report) {
  AnswerParts parts;
  parts.report = std::move(report);
  PATCHBAY_TRY(output_.commit(parts));
  made_ = std::make_unique<const Answer>(std::move(parts));
  if (input_.observer.on_usage != nullptr)
    input_.observer.on_usage(input_.observer.user, this, made_->get().usage);
  return {};
}

void patchbay_run::deliver() {
  delivery_ = std::make_unique<Delivery>(
      host_->host().loop(), this, input_.observer, output_.take_spooled(), [this](Status status) {
        end(std::move(status));
      });
  const auto left = std::max(deadline_ - elapsed(), std::chrono::milliseconds(1));
  delivery_deadline_ = host_->host().loop().after(left, [this] {
    end(Error{ErrorCode::Timeout, "the application did not take the image within the deadline"});
  });
}

void patchbay_run::end(Status status) {
  const auto self = shared_from_this();
  running_.reset();
  delivery_.reset();
  delivery_deadline_ = {};
  {
    const std::lock_guard lock(mutex_);
    if (status.ok()) {
      answer_ = std::move(made_);
    } else {
      error_ = error_object(std::move(status).error());
    }
  }
  const patchbay_observer& observer = input_.observer;
  if (observer.on_done != nullptr) observer.on_done(observer.user, this, answer(), error());
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  host_->forget(self);
}

void patchbay_run::cancel_now() {
  if (is_over()) return;
  if (delivery_ != nullptr) return end(cancelled());
  if (running_ != nullptr) running_->cancel();
}

void patchbay_run::resume_now() {
  if (delivery_ != nullptr) delivery_->resume();
}

std::chrono::milliseconds patchbay_run::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               started_);
}

void patchbay_run::tell_progress() {
  if (!wants_progress() || running_ == nullptr) return;
  patchbay_run_progress progress{};
  progress.struct_size = sizeof progress;
  progress.elapsed_ms = static_cast<std::uint64_t>(elapsed().count());
  progress.bytes_received = running_->bytes_received();
  input_.observer.on_progress(input_.observer.user, this, &progress);
}

void patchbay_run::cancel() {
  mailbox_->post([self = shared_from_this()] { self->cancel_now(); });
}

void patchbay_run::resume() {
  mailbox_->post([self = shared_from_this()] { self->resume_now(); });
}

bool patchbay_run::is_over() const {
  const std::lock_guard lock(mutex_);
  return is_over_;
}

Status patchbay_run::wait(std::uint64_t timeout_ms) {
  if (!is_over()) {
    // The one that waits holds the mutex while it looks; with the caller's loop nobody else is
    // there.
    const bool holds_mutex = owner_->threading() == Threading::OwnThread;
    const auto over = [this, holds_mutex] { return holds_mutex ? is_over_ : is_over(); };
    const bool in_time = PATCHBAY_TRY(owner_->wait(over, timeout_ms, mutex_, changed_));
    if (!in_time) return Error{ErrorCode::Timeout, "the request is still under way"};
  }
  const std::lock_guard lock(mutex_);
  if (error_) return error_->error;
  return {};
}

const patchbay_answer* patchbay_run::answer() const {
  const std::lock_guard lock(mutex_);
  return answer_ == nullptr ? nullptr : &answer_->get();
}

const patchbay_error* patchbay_run::error() const {
  const std::lock_guard lock(mutex_);
  return error_ ? &*error_ : nullptr;
}
