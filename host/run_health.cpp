// How keys and providers stand while a request goes through its candidates.
#include "core/base/text.hpp"
#include "host/run.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace patchbay::host {
namespace {

// To look again while somebody else is let through to see.
constexpr std::chrono::milliseconds look_again_after{500};

std::string seconds_of(std::chrono::milliseconds time) {
  return std::to_string((time.count() + 999) / 1000) + " s";
}

Error is_paused(const CoolDown& pause, const std::string& provider, std::int64_t now_unix_ms) {
  const auto wait = std::chrono::milliseconds(pause.until_unix_ms - now_unix_ms);
  const bool is_plugin = pause.reason.starts_with(to_string(Category::Plugin));
  const ErrorCode code = is_plugin ? ErrorCode::Plugin
                         : pause.reason.starts_with(to_string(Category::Network))
                             ? ErrorCode::Network
                             : ErrorCode::Upstream;
  Error error{code,
              "provider '" + provider + "' is left alone until " +
                  sql_timestamp(pause.until_unix_ms) + " UTC, since it failed again and again (" +
                  pause.reason + ")",
              "wait " + seconds_of(wait) + "; 'patchbay models --provider " + provider +
                  "' asks it at once",
              provider};
  error.retry_after = wait;
  return error;
}

}  // namespace

bool Run::is_held_up() {
  if (is_key_cooling()) return true;
  const Operation operation = input_.request.operation;
  const bool is_check = operation == Operation::Verify || operation == Operation::Models;
  // Asked for by a person, and free: the way to find out.
  if (is_check || is_probe_) return false;
  const auto admitted = dependencies_.registry.admit(candidate().provider.id);
  if (!admitted.ok()) {
    dependencies_.log.warning(admitted.error().message);
    return false;
  }
  const Admission& admission = admitted.value();
  is_probe_ = admission.gate == Gate::Probe;
  if (is_probe_ || admission.gate == Gate::Open) return false;
  const std::int64_t now = dependencies_.clock.unix_ms();
  const auto until = std::chrono::milliseconds(admission.pause.until_unix_ms - now);
  wait_or_pass_on(admission.gate == Gate::Probed ? look_again_after : until,
                  is_paused(admission.pause, candidate().provider.name, now),
                  Where::OtherProvider);
  return true;
}

bool Run::is_key_cooling() {
  const std::int64_t now = dependencies_.clock.unix_ms();
  if (candidate().usable_at_unix_ms <= now) return false;
  const auto until = std::chrono::milliseconds(candidate().usable_at_unix_ms - now);
  Error error{ErrorCode::Rate,
              "the key of provider '" + candidate().provider.name + "' cools down until " +
                  sql_timestamp(candidate().usable_at_unix_ms) + " UTC",
              "wait " + seconds_of(until) + ", or give the request more time with --timeout",
              candidate().provider.name};
  error.retry_after = until;
  wait_or_pass_on(until, std::move(error), Where::Anywhere);
  return true;
}

// Waits where nothing else can be used and the end is near; then looks again.
void Run::wait_or_pass_on(std::chrono::milliseconds wait, Error error, Where where) {
  const bool has_time = wait <= patience_ && wait < time_left();
  if (next_candidate(where) || !has_time) return pass_on(std::move(error), where);
  patience_ -= wait;
  dependencies_.log.info("waiting " + std::to_string(wait.count()) + " ms: " + error.message);
  later(wait, &Run::try_candidate);
}

void Run::cool_down(const Decision& decision) {
  const Failure& failure = *attempt_.outcome.failure;
  if (!candidate().key) return;
  CoolDown cool_down;
  if (decision.cool_down_scope == CoolDownScope::Model) {
    // Nothing was asked of a model: the limit is on questions that cost nothing.
    if (candidate().model.empty()) return;
    cool_down.model = candidate().model;
  }
  cool_down.until_unix_ms = dependencies_.clock.unix_ms() + decision.cool_down.count();
  cool_down.reason = to_string(failure.category);
  const Status noted =
      dependencies_.registry.cool_key_down(candidate().key->id, cool_down, failure.provider_code);
  if (!noted.ok()) dependencies_.log.warning(noted.error().message);
}

void Run::note_provider(ProviderEffect effect) {
  using News = Registry::ProviderNews;
  const bool was_probe = std::exchange(is_probe_, false);
  News news = News::Nothing;
  switch (effect) {
    case ProviderEffect::None:
      if (!was_probe) return;
      break;
    case ProviderEffect::Answered: news = News::Answered; break;
    case ProviderEffect::UpstreamFailed: news = News::UpstreamFailed; break;
    case ProviderEffect::PluginFailed: news = News::PluginFailed; break;
  }
  std::string reason;
  if (const auto& failure = attempt_.outcome.failure) {
    reason = std::string(to_string(failure->category)) + ": " + failure->message;
  }
  const Status noted = dependencies_.registry.note_provider(candidate().provider.id, news, reason);
  if (!noted.ok()) dependencies_.log.warning(noted.error().message);
}

std::optional<std::size_t> Run::next_candidate(Where where) const {
  for (std::size_t i = 0; i < input_.candidates.size(); ++i) {
    if (i == index_ || done_[i]) continue;
    const bool is_same = input_.candidates[i].provider.id == candidate().provider.id;
    if (where == Where::Anywhere || is_same == (where == Where::SameProvider)) return i;
  }
  return {};
}

// Whoever leaves a provider does not come back to it.
void Run::go_to_candidate(std::size_t index) {
  done_[index_] = true;
  const std::string& left = candidate().provider.id;
  const bool leaves = input_.candidates[index].provider.id != left;
  for (std::size_t i = 0; leaves && i < input_.candidates.size(); ++i) {
    if (input_.candidates[i].provider.id == left) done_[i] = true;
  }
  index_ = index;
  attempts_of_candidate_ = 0;
  later(std::chrono::milliseconds(0), &Run::try_candidate);
}

}  // namespace patchbay::host
