// Whether a provider that refused a key means it: the adapter's cheapest check, with the same key.
#include "core/base/text.hpp"
#include "host/run.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t reason_size_max = 300;  // bytes of what `key list` shows

std::string reason_of(const Failure& failure) {
  std::string words = "refused by the provider";
  if (!failure.provider_code.empty()) words += ": " + failure.provider_code;
  if (!failure.message.empty()) words += ": " + failure.message;
  return shortened(printable(words), reason_size_max);
}

bool is_refusal(const AttemptOutcome& outcome) {
  return !outcome.ok() && outcome.failure->category == Category::AuthInvalid &&
         outcome.failure->understood == Understood::Yes;
}

}  // namespace

void Run::confirm_refusal() {
  const Failure refusal = *refusal_;
  // A check that was refused is its own confirmation.
  if (input_.request.operation == Operation::Verify) {
    return end_refused(refusal, deactivate_key(refusal));
  }
  const auto limit = std::min(time_left(), default_deadline(Operation::Verify));
  const bool can_check = candidate().adapter.manifest().can(Operation::Verify);
  if (can_check && launch(check_, check_sink_, limit, &Run::settle_confirmation).ok()) return;
  end_refused(refusal, note_refusal(refusal));
}

// Where nothing can be checked, a second refusal some time later counts instead.
std::string Run::note_refusal(const Failure& failure) {
  const auto noted = dependencies_.registry.note_refusal(
      candidate().key->id, failure.category, failure.provider_code, dependencies_.clock.unix_ms());
  if (noted.ok() && noted.value() == RefusalState::Confirmed) return deactivate_key(failure);
  return {};
}

void Run::settle_confirmation() {
  attempt_running_.reset();
  hidden_credential_ = Redactor::Registration();
  record(check_);
  if (is_refusal(attempt_.outcome)) return end_refused(*refusal_, deactivate_key(*refusal_));
  if (cancelled_) return finish(cancelled());
  end_refused(*refusal_,
              attempt_.outcome.ok()
                  ? "the key stays active: the provider's check did not refuse it"
                  : "the key stays active: it could not be checked whether it is wrong");
}

void Run::end_refused(const Failure& failure, std::string hint) {
  Error error = error_of(failure, candidate().provider.name);
  if (!hint.empty()) error.hint = std::move(hint);
  refusal_.reset();
  if (cancelled_) return finish(std::move(error));
  follow(decision_, std::move(error));
}

std::string Run::deactivate_key(const Failure& failure) {
  Registry& registry = dependencies_.registry;
  const Provider& provider = candidate().provider;
  const auto elsewhere = registry.proven_elsewhere(*candidate().key, provider);
  if (elsewhere.ok() && elsewhere.value()) {
    return "the key stays active: it worked at " + *elsewhere.value() +
           ", and none has worked at " + provider.endpoint_url +
           " yet; if that is the wrong place: `patchbay provider set " + provider.name +
           " --endpoint URL`";
  }
  const std::string reason = reason_of(failure);
  const Status done = registry.deactivate_key(candidate().key->id, reason);
  if (!done.ok()) {
    dependencies_.log.error("the refused key could not be switched off: " + done.error().message);
    return "switch this key off with `patchbay key disable`, then store a working one";
  }
  dependencies_.log.warning("the key " + candidate().key->id + " of provider '" + provider.name +
                            "' is inactive now: " + reason);
  warn_of_last_key();
  return "the key is inactive now; store a working one with `patchbay configure --provider " +
         provider.name + "`";
}

// A provider must not run out of keys without a word, even where another provider steps in.
void Run::warn_of_last_key() {
  const auto keys = dependencies_.registry.keys(dependencies_.catalog, candidate().provider.id);
  if (!keys.ok()) return;
  const std::string& environment = candidate().key->environment;
  const bool is_any_left = std::ranges::any_of(keys.value(), [&](const Key& key) {
    const bool is_ours = key.user.empty() || key.user == input_.request.user;
    return key.is_active && key.environment == environment && is_ours;
  });
  if (is_any_left) return;
  const std::string& name = candidate().provider.name;
  dependencies_.log.warning(
      "that was the last active key of provider '" + name + "' for environment '" + environment +
      "'; store a working one with `patchbay configure --provider " + name + "`");
}

}  // namespace patchbay::host
