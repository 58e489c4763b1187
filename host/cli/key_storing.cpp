#include "host/cli/key_storing.hpp"

#include "core/base/text.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/errand.hpp"
#include "host/cli/terminal.hpp"
#include "host/oauth/token_exchange.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace patchbay::cli {
namespace {

// What a login is good for now. Where the endpoint gave another refresh token, the credential is
// that one from now on: the old one may be used up.
Result<SecretBytes> renewed(const KeyPlan& plan, SecretBytes& credential, Context& context) {
  const host::AdapterManifest& manifest = plan.candidate.adapter.manifest();
  const host::Grant grant = PATCHBAY_TRY(host::parse_grant(credential));
  const auto place = PATCHBAY_TRY(host::token_place_of(plan.candidate.provider, manifest));
  auto renewal = run_errand<host::TokenAnswer>(
      context,
      "Renewing the login",
      [&](host::Host& host,
          const Settle<host::TokenAnswer>& settle) -> Result<std::shared_ptr<void>> {
        net::HttpClient* client = PATCHBAY_TRY(host.login_client());
        std::shared_ptr<host::TokenExchange> exchange = PATCHBAY_TRY(host::TokenExchange::start(
            {host.loop(), *client, context.redactor()}, place, grant, settle));
        return std::shared_ptr<void>(std::move(exchange));
      });
  host::TokenAnswer answer = PATCHBAY_TRY(std::move(renewal));
  if (!answer.refresh_token.empty()) {
    credential = PATCHBAY_TRY(grant.credential_with(answer.refresh_token));
    PATCHBAY_TRY(context.hide(answer.refresh_token));
  }
  PATCHBAY_TRY(context.hide(answer.access_token));
  return std::move(answer.access_token);
}

Result<SecretBytes> sent_for(const KeyPlan& plan, SecretBytes& credential, Context& context) {
  const bool is_login =
      host::renews_tokens(plan.candidate.provider, plan.candidate.adapter.manifest());
  return is_login ? renewed(plan, credential, context) : SecretBytes::copy_of(credential.expose());
}

Error not_stored(Error error) {
  if (error.code == ErrorCode::AuthInvalid) {
    error.hint = "the key was not stored; check it at the provider and try again";
  } else if (error.code != ErrorCode::Cancelled) {
    error.hint = "the key was not stored; --no-verify stores it without asking the provider";
  }
  return error;
}

}  // namespace

Result<SecretBytes> credential_from_options(const CredentialArguments& arguments,
                                            Context& context) {
  SecretBytes credential =
      PATCHBAY_TRY(read_credential(arguments, context.take_api_key(), context.console()));
  PATCHBAY_TRY(context.hide(credential));
  return credential;
}

Result<KeyPlan> plan_for(const std::string& provider,
                         const KeyArguments& arguments,
                         Context& context) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  // In another program's database the row comes when a person asks for it.
  if (const auto adapter = host.catalog().by_name(provider)) {
    PATCHBAY_TRY(host.registry().ensure_provider(*adapter));
  }
  KeyPlan plan;
  plan.candidate = PATCHBAY_TRY(host.candidate_without_key(provider));
  if (!plan.candidate.adapter.manifest().needs_credential) {
    return Error{ErrorCode::BadInput,
                 "provider '" + provider + "' needs no key",
                 "use it as it is: patchbay generate --provider " + provider,
                 provider};
  }
  const host::Provider& row = plan.candidate.provider;
  PATCHBAY_TRY(host.registry().check_destination(host.catalog(), row));
  host::Key unstored;
  unstored.provider_id = row.id;
  plan.shown = PATCHBAY_TRY(host.registry().statement_of(host.catalog(), row, unstored));
  plan.environment = host.config().environment;
  PATCHBAY_TRY(host::check_environment(plan.environment));
  plan.user = context.user();
  plan.label = arguments.label.value_or("");
  if (arguments.priority) {
    plan.priority =
        PATCHBAY_TRY(parse_number("--priority", *arguments.priority, key_priority_range));
  }
  return plan;
}

Result<std::string> provider_named_by(const SecretBytes& credential, Context& context) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  auto named = host::provider_of_key(host.catalog(), credential.expose_text());
  if (named.ok()) return named;
  return Error{ErrorCode::Usage, "the key does not tell whose it is", "name it with --provider"};
}

std::string words_about_origins(const KeyPlan& plan) {
  return "The key will be sent to " + joined(plan.shown.origins, ", ") + " and nowhere else.";
}

Result<SecretBytes> ask_for_key(const KeyPlan& plan, Context& context) {
  if (!someone_is_there()) {
    return Error{ErrorCode::Usage,
                 "no key was given, and there is nobody to ask",
                 "use --api-key-stdin, --api-key-file or --api-key-cmd"};
  }
  const Terminal terminal = PATCHBAY_TRY(Terminal::open());
  terminal.say(words_about_origins(plan) + "\n");
  SecretBytes credential =
      PATCHBAY_TRY(ask_credential(terminal, plan.candidate.provider.display_name));
  PATCHBAY_TRY(context.hide(credential));
  return credential;
}

std::optional<std::string> prefix_warning(const KeyPlan& plan, const SecretBytes& credential) {
  const auto& prefixes = plan.candidate.adapter.manifest().key_prefixes;
  const std::string_view text = credential.expose_text();
  const bool fits = std::ranges::any_of(
      prefixes, [&](const std::string& prefix) { return text.starts_with(prefix); });
  if (prefixes.empty() || fits) return {};
  return "this does not look like a key of " + plan.candidate.provider.display_name +
         ", which begin with " + joined(prefixes, " or ");
}

Status verify_credential(KeyPlan& plan, SecretBytes& credential, Context& context) {
  const std::string& name = plan.candidate.provider.name;
  if (!plan.candidate.adapter.manifest().can(host::Operation::Verify)) {
    context.console().note("The plugin of '" + name + "' cannot check keys: stored unchecked.");
    return {};
  }
  auto sent = sent_for(plan, credential, context);
  if (!sent.ok()) return not_stored(sent.error());
  SecretBytes copy = std::move(sent).value();
  const auto deadline = PATCHBAY_TRY(context.host())->deadline_of(host::Operation::Verify);
  const auto checked =
      context.run("Checking the key", [&](host::Runner& runner, host::Runner::Done done) {
        return runner.check_credential(plan.candidate, std::move(copy), deadline, std::move(done));
      });
  plan.is_verified = checked.ok();
  if (checked.ok()) return {};
  return not_stored(checked.error());
}

Result<std::vector<host::Key>> active_keys_beside(const KeyPlan& plan, Context& context) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  std::vector<host::Key> keys =
      PATCHBAY_TRY(host.registry().keys(host.catalog(), plan.candidate.provider.id));
  std::erase_if(keys, [&](const host::Key& key) {
    return !key.is_active || key.environment != plan.environment || key.user != plan.user;
  });
  return keys;
}

Result<host::Key> store_credential(const KeyPlan& plan,
                                   const SecretBytes& credential,
                                   const host::Owner& owner,
                                   Context& context) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  host::Vault* vault = PATCHBAY_TRY(host.vault());
  const auto encrypted = PATCHBAY_TRY(vault->encrypt(credential, context.clock().unix_ms() / 1000));
  host::Registry::NewKey key;
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

}  // namespace patchbay::cli
