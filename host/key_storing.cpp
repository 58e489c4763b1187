#include "host/key_storing.hpp"

namespace patchbay::host {

Result<KeyPlan> plan_key(Host& host, const WantedKey& wish) {
  // In another program's database the row comes when a person asks for it.
  if (const auto adapter = host.catalog().by_name(wish.provider)) {
    PATCHBAY_TRY(host.registry().ensure_provider(*adapter));
  }
  KeyPlan plan;
  plan.candidate = PATCHBAY_TRY(host.candidate_without_key(wish.provider));
  if (!plan.candidate.adapter.manifest().needs_credential) {
    return Error{ErrorCode::BadInput,
                 "provider '" + wish.provider + "' needs no key",
                 "use it as it is: patchbay generate --provider " + wish.provider,
                 wish.provider};
  }
  const Provider& row = plan.candidate.provider;
  PATCHBAY_TRY(host.registry().check_destination(host.catalog(), row));
  Key unstored;
  unstored.provider_id = row.id;
  plan.shown = PATCHBAY_TRY(host.registry().statement_of(host.catalog(), row, unstored));
  plan.environment = wish.environment.empty() ? host.config().environment : wish.environment;
  PATCHBAY_TRY(check_environment(plan.environment));
  plan.user = wish.user;
  plan.label = wish.label;
  plan.priority = wish.priority;
  return plan;
}

Result<Key> store_key(Host& host,
                      const KeyPlan& plan,
                      const SecretBytes& credential,
                      const Owner& owner) {
  Vault* vault = PATCHBAY_TRY(host.vault());
  const auto encrypted = PATCHBAY_TRY(vault->encrypt(credential, host.clock().unix_ms() / 1000));
  Registry::NewKey key;
  key.provider_id = plan.candidate.provider.id;
  key.environment = plan.environment;
  key.user = plan.user;
  key.label = plan.label;
  key.priority = plan.priority;
  key.token = encrypted.token;
  key.key_version = encrypted.key_version;
  key.beside = plan.beside;
  key.shown = plan.shown;
  key.replaces = plan.replaces;
  key.is_proven = plan.is_verified;
  return host.registry().add_key(host.catalog(), key, owner);
}

}  // namespace patchbay::host
