// `key add`: one more key, beside those there are.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_storing.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/recovery.hpp"

#include <memory>
#include <string>
#include <vector>

namespace patchbay::cli {
namespace {

class KeyAddCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"key", "add"},
            "Store one more key",
            "  patchbay key add --provider acme --label backup --priority 10\n"
            "  patchbay --env prod --user ann key add --provider acme --api-key-stdin < ann.key"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options{{"--provider",
                                 "NAME",
                                 "Whose key it is; else the key tells",
                                 &arguments_.provider,
                                 propose_providers}};
    add_credential_options(options, arguments_.credential);
    options.push_back({"--label", "TEXT", "A word of yours", &arguments_.label});
    options.push_back({"--priority", "NUMBER", "Lower ones are used first", &arguments_.priority});
    options.push_back(
        {"--no-verify", "", "Do not ask the provider whether it works", &arguments_.no_verify});
    add_recovery_options(options, recovery_);
    return options;
  }

  Status run(Context& context) override {
    const bool has_source = PATCHBAY_TRY(names_source(arguments_.credential));
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    PATCHBAY_TRY(settle_recovery(context, owner, recovery_, NoAnswer::WriteFile));
    SecretBytes credential;
    if (has_source) {
      credential = PATCHBAY_TRY(credential_from_options(arguments_.credential, context));
    }
    const std::string name = PATCHBAY_TRY(provider_name(credential, context));
    KeyPlan plan = PATCHBAY_TRY(plan_for(name, arguments_, context));
    if (!has_source) credential = PATCHBAY_TRY(ask_for_key(plan, context));
    return store(context, plan, credential, owner);
  }

 private:
  Result<std::string> provider_name(const SecretBytes& credential, Context& context) const {
    if (arguments_.provider) return *arguments_.provider;
    if (!credential.empty()) return provider_named_by(credential, context);
    return Error{ErrorCode::Usage, "whose key is it?", "name the provider with --provider"};
  }

  Status store(Context& context,
               KeyPlan& plan,
               SecretBytes& credential,
               const host::Owner& owner) const {
    if (const auto words = prefix_warning(plan, credential)) context.console().warning(*words);
    if (!arguments_.no_verify) PATCHBAY_TRY(verify_credential(plan, credential, context));
    const host::Key key = PATCHBAY_TRY(store_credential(plan, credential, owner, context));
    const ShownKey shown = PATCHBAY_TRY(key_named(context, key.id));
    context.console().document(document_of(shown));
    context.console().line("Stored the " + name_of(shown) + ".");
    return {};
  }

  KeyArguments arguments_;
  RecoveryArguments recovery_;
};

}  // namespace

void add_key_add_commands(CommandList& list) {
  list.push_back(std::make_unique<KeyAddCommand>());
}

}  // namespace patchbay::cli
