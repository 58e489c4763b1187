#include "host/cli/session_use.hpp"

#include "host/cli/context.hpp"

#include <utility>

namespace patchbay::cli {

Result<std::filesystem::path> sessions_folder(Context& context) {
  const host::HomeFacts facts = PATCHBAY_TRY(host::read_home(context.host_options()));
  return facts.home.state_directory / "sessions";
}

Result<SessionUse> SessionUse::begin(const std::optional<std::string>& name,
                                     host::Request& request,
                                     Context& context) {
  SessionUse use;
  if (!name) return use;
  const auto folder = PATCHBAY_TRY(sessions_folder(context));
  use.session_ = PATCHBAY_TRY(host::Session::open(folder, *name));
  PATCHBAY_TRY(use.session_->continue_with(request));
  use.turn_ = std::make_unique<host::SessionTurn>(*use.session_);
  return use;
}

Status SessionUse::check(const std::vector<host::Candidate>& candidates) const {
  if (!session_) return {};
  return session_->check(candidates);
}

host::Sink* SessionUse::wrap(host::Sink& sink) {
  return turn_ ? turn_->wrap(sink) : &sink;
}

Status SessionUse::commit(const host::Request& request,
                          const host::RunReport& run,
                          const Context& context) {
  if (!turn_) return {};
  const Status kept = turn_->commit(request, run, context.clock().unix_ms());
  if (kept.ok()) return {};
  Error error = kept.error();
  error.message = "the answer came, yet the session could not keep it: " + error.message;
  return error;
}

void SessionUse::describe(json::Value& document) const {
  if (!session_) return;
  document.set("session", session_->name());
  document.set("turn", static_cast<std::int64_t>(session_->record().turn_count()));
}

Error SessionUse::explained(Error error) const {
  const bool may_be_length = session_ && session_->record().turn_count() > 0 &&
                             error.code == ErrorCode::BadRequest && error.hint.empty();
  if (may_be_length) {
    error.hint =
        "all turns of the session were sent along; if they are too much, begin another "
        "one with --session";
  }
  return error;
}

}  // namespace patchbay::cli
