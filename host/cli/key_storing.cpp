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

// The credential that a login stands for. Where the endpoint gave another refresh token, the
// credential is that one from now on: the old one may be used up.
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
  host::WantedKey wish;
  wish.provider = provider;
  wish.user = context.user();
  wish.label = arguments.label.value_or("");
  if (arguments.priority) {
    wish.priority =
        PATCHBAY_TRY(parse_number("--priority", *arguments.priority, key_priority_range));
  }
  return host::plan_key(*PATCHBAY_TRY(context.host()), wish);
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
  if (plan.candidate.provider.auth_type == "oauth") return {};  // a token of any form
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
  return host::store_key(*PATCHBAY_TRY(context.host()), plan, credential, owner);
}

}  // namespace patchbay::cli
