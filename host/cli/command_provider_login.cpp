// `provider login`: a key by way of the browser, from a provider that has such a page.
#include "core/base/text.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_storing.hpp"
#include "host/cli/login_dialog.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

class ProviderLoginCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"provider", "login"},
            "Log in at a provider with a browser, and store the key that it gives",
            "  patchbay provider login acme\n"
            "  patchbay provider login acme --paste\n"
            "  patchbay --env prod provider login acme --force"};
  }

  std::vector<Option> options() override {
    return {{"NAME", "", "The provider", &arguments_.provider, propose_providers},
            {"--paste", "", "Type the code that the page shows; for a browser elsewhere", &paste_},
            {"--label", "TEXT", "A word of yours, shown by `key list`", &arguments_.label},
            {"--force", "", "Store a new key; the old one becomes inactive", &force_},
            {"--no-verify",
             "",
             "Do not ask the provider whether the key works",
             &arguments_.no_verify}};
  }

  Status run(Context& context) override {
    if (!arguments_.provider || arguments_.provider->empty())
      return Error{ErrorCode::Usage, "at which provider?", "see `patchbay provider list`"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    // First: without it nothing could be stored.
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    KeyPlan plan = PATCHBAY_TRY(plan_for(*arguments_.provider, arguments_, context));
    plan.beside = force_ ? host::Registry::Beside::Replaces : host::Registry::Beside::None;
    const auto places =
        PATCHBAY_TRY(login_places_of(plan.candidate.provider, plan.candidate.adapter.manifest()));
    PATCHBAY_TRY(check_free(plan, context));
    context.console().note(words_about_origins(plan));
    SecretBytes key =
        PATCHBAY_TRY(log_in(places, paste_ ? CodeComes::ByHand : CodeComes::ByCallback, context));
    PATCHBAY_TRY(context.hide(key));
    return store(plan, key, owner, context);
  }

 private:
  // Before anybody logs in for nothing; storing looks again.
  Status check_free(const KeyPlan& plan, Context& context) const {
    if (force_ || PATCHBAY_TRY(active_keys_beside(plan, context)).empty()) return {};
    const std::string& name = plan.candidate.provider.name;
    return Error{ErrorCode::AlreadyExists,
                 "Provider '" + name + "' already configured. Use --force to overwrite.",
                 {},
                 name};
  }

  Status store(KeyPlan& plan,
               SecretBytes& credential,
               const host::Owner& owner,
               Context& context) const {
    if (!arguments_.no_verify) PATCHBAY_TRY(verify_credential(plan, credential, context));
    const host::Key key = PATCHBAY_TRY(store_credential(plan, credential, owner, context));
    host::Host& host = *PATCHBAY_TRY(context.host());
    const std::string& name = plan.candidate.provider.name;
    json::Value document;
    document.set("provider", name);
    document.set("key_id", key.id);
    document.set("fingerprint", PATCHBAY_TRY(host.vault())->fingerprint(credential));
    document.set("environment", plan.environment);
    document.set("verified", !arguments_.no_verify);
    context.console().document(document);
    context.console().line("Provider '" + name + "' configured successfully.");
    return {};
  }

  KeyArguments arguments_;
  bool paste_ = false;
  bool force_ = false;
};

}  // namespace

void add_provider_login_commands(CommandList& list) {
  list.push_back(std::make_unique<ProviderLoginCommand>());
}

}  // namespace patchbay::cli
