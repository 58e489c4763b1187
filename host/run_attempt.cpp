// One attempt of a candidate: what it needs, and what is written down about it.
#include "core/base/id.hpp"
#include "host/parameters.hpp"
#include "host/run.hpp"

#include <sys/random.h>

#include <utility>

namespace patchbay::host {
namespace {

std::uint64_t random_number() {
  std::uint64_t number = 0;
  // Eight bytes never block once the system has started, and are never cut short.
  static_cast<void>(::getrandom(&number, sizeof number, 0));
  return number;
}

// Since the route was made its owner may have signed for the key anew, with another token: after a
// rotation, say. Then the key as it stands now is what counts. False where it did not change.
bool take_renewed_key(const RunnerDependencies& dependencies, Candidate& candidate) {
  const auto keys = dependencies.registry.keys(dependencies.catalog, candidate.provider.id);
  if (!keys.ok() || !candidate.key) return false;
  const Key& old = *candidate.key;
  for (const Key& key : keys.value()) {
    const bool is_renewed = key.id == old.id && key.activation > old.activation &&
                            key.environment == old.environment && key.user == old.user;
    if (!is_renewed) continue;
    candidate.key = key;
    return true;
  }
  return false;
}

}  // namespace

Status Run::launch(const Request& request,
                   Sink& sink,
                   std::chrono::milliseconds limit,
                   void (Run::*settle)()) {
  if (request_id_.empty()) request_id_ = PATCHBAY_TRY(new_uuid());
  PATCHBAY_TRY(check_parameters(request, candidate().adapter.manifest()));
  AdapterCode code = PATCHBAY_TRY(dependencies_.catalog.code_of(candidate().adapter));
  // First: a key whose owner did not sign for it as it stands is never decrypted.
  Result<std::vector<std::string>> signed_origins = origins_of(candidate());
  if (!signed_origins.ok() && signed_origins.error().code == ErrorCode::Tampered &&
      take_renewed_key(dependencies_, input_.candidates[index_]))
    signed_origins = origins_of(candidate());
  std::vector<std::string> origins = PATCHBAY_TRY(std::move(signed_origins));
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
                     .code = std::move(code),
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
  if (candidate.key->id == token_key_id_) return SecretBytes::copy_of(access_token_.expose());
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

void Run::record(const Request& request) {
  attempt_.request_id = request_id_;
  attempt_.provider = candidate().provider.name;
  attempt_.provider_id = candidate().provider.id;
  attempt_.key_id = candidate().key ? candidate().key->id : std::string();
  attempt_.adapter = candidate().adapter.manifest().id;
  attempt_.operation = request.operation;
  attempt_.model = request.operation == Operation::Verify ? std::string() : candidate().model;
  attempt_.environment = input_.request.environment;
  attempt_.user = input_.request.user;
  // Some providers list their models for anybody.
  const bool is_proof = attempt_.outcome.ok() && request.operation != Operation::Models;
  if (is_proof && candidate().key) {
    const Status proven = dependencies_.registry.note_proof(*candidate().key, candidate().provider);
    if (!proven.ok()) dependencies_.log.warning(proven.error().message);
  }
  dependencies_.recorder.price(attempt_);
  const Status kept = dependencies_.recorder.record(attempt_);
  if (!kept.ok()) dependencies_.log.warning(kept.error().message);
}

PolicyState Run::policy_state() const {
  const Request& request = input_.request;
  // These cost nothing.
  const bool is_free =
      request.operation == Operation::Models || request.operation == Operation::Verify;
  PolicyState state;
  state.attempt_count = attempts_of_candidate_;
  state.has_next_key = next_candidate(Where::SameProvider).has_value();
  state.has_next_provider = next_candidate(Where::OtherProvider).has_value();
  state.names_model = !request.model.empty();
  state.may_repeat = is_free ? MayRepeat::Always : request.may_repeat;
  state.may_change_provider =
      request.provider.empty() ? MayChangeProvider::Yes : MayChangeProvider::No;
  state.delivered = sink_->has_delivered() ? Delivered::Something : Delivered::Nothing;
  state.time_left = time_left();
  state.random = static_cast<std::uint32_t>(random_number());
  return state;
}

}  // namespace patchbay::host
