// `key set`, `key rotate`: what a key is called, whose it is, and a new one in its place.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_storing.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/values.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

class KeySetCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"key", "set"},
            "Change a key's label, its priority, or whose it is",
            "  patchbay key set 1a2b3c4d --label spare --priority 10\n"
            "  patchbay key set 1a2b3c4d --user ann\n"
            "  patchbay key set 1a2b3c4d --user ''"};
  }

  std::vector<Option> options() override {
    return {{"KEY", "", "Its fingerprint or id", &name_},
            {"--label", "TEXT", "A word of yours", &label_},
            {"--priority", "NUMBER", "Lower ones are used first", &priority_}};
  }

  Status run(Context& context) override {
    host::Registry::KeyChange change;
    change.label = label_;
    change.user = context.user_option();
    if (priority_) {
      change.priority = PATCHBAY_TRY(parse_number("--priority", *priority_, key_priority_range));
    }
    if (!change.label && !change.user && !change.priority) {
      return Error{
          ErrorCode::Usage, "there is nothing to change", "give --label, --priority or --user"};
    }
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const ShownKey shown = PATCHBAY_TRY(key_named(context, name_));
    PATCHBAY_TRY(host.registry().change_key(shown.key.id, change, owner));
    const ShownKey changed = PATCHBAY_TRY(key_named(context, shown.key.id));
    context.console().document(document_of(changed));
    context.console().line("Changed the " + cli::name_of(changed) + ".");
    return {};
  }

 private:
  std::optional<std::string> name_;
  std::optional<std::string> label_;
  std::optional<std::string> priority_;
};

class KeyRotateCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"key", "rotate"},
            "Put a new key in the place of an old one, which becomes inactive",
            "  patchbay key rotate 1a2b3c4d\n"
            "  pass show acme-new | patchbay key rotate 1a2b3c4d --api-key-stdin"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options{{"KEY", "", "The old one's fingerprint or id", &name_}};
    add_credential_options(options, arguments_.credential);
    options.push_back(
        {"--no-verify", "", "Do not ask the provider whether it works", &arguments_.no_verify});
    return options;
  }

  Status run(Context& context) override {
    const bool has_source = PATCHBAY_TRY(names_source(arguments_.credential));
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const ShownKey old = PATCHBAY_TRY(key_named(context, name_));
    KeyPlan plan = PATCHBAY_TRY(plan_for(old.provider, arguments_, context));
    plan.environment = old.key.environment;
    plan.user = old.key.user;
    plan.label = old.key.label;
    plan.priority = old.key.priority;
    plan.replaces = {old.key.id};
    SecretBytes credential =
        has_source ? PATCHBAY_TRY(credential_from_options(arguments_.credential, context))
                   : PATCHBAY_TRY(ask_for_key(plan, context));
    if (const auto words = prefix_warning(plan, credential)) context.console().warning(*words);
    if (!arguments_.no_verify) PATCHBAY_TRY(verify_credential(plan, credential, context));
    const host::Key key = PATCHBAY_TRY(store_credential(plan, credential, owner, context));
    const ShownKey shown = PATCHBAY_TRY(key_named(context, key.id));
    json::Value document = document_of(shown);
    document.set("replaced", old.key.id);
    context.console().document(document);
    context.console().line("Stored the " + cli::name_of(shown) + " in place of " +
                           (old.fingerprint.empty() ? old.key.id : old.fingerprint) + ".");
    return {};
  }

 private:
  KeyArguments arguments_;
  std::optional<std::string> name_;
};

}  // namespace

void add_key_set_commands(CommandList& list) {
  list.push_back(std::make_unique<KeySetCommand>());
  list.push_back(std::make_unique<KeyRotateCommand>());
}

}  // namespace patchbay::cli
