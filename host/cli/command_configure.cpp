// `configure`: from nothing to a working key, with questions where someone can answer them.
#include "core/base/text.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/home_setup.hpp"
#include "host/cli/key_storing.hpp"
#include "host/cli/recovery.hpp"
#include "host/cli/terminal.hpp"
#include "host/config/config.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

Result<std::string> choose_provider(const Terminal& terminal, Context& context) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  std::vector<std::string> names;
  const auto offer = [&](const std::string& name, const std::string& display_name) {
    names.push_back(name);
    terminal.say("  " + std::to_string(names.size()) + ") " + name + "  " +
                 printable(display_name) + "\n");
  };
  terminal.say("Providers:\n");
  for (const host::Adapter& adapter : host.catalog().adapters()) {
    const host::AdapterManifest& manifest = adapter.manifest();
    // An adapter for any endpoint stands here under the names of the rows that it serves.
    if (manifest.needs_credential && !manifest.endpoint.empty()) {
      offer(manifest.name, manifest.display_name);
    }
  }
  for (const host::Provider& row : PATCHBAY_TRY(host.registry().providers())) {
    const auto adapter = host::Registry::adapter_of(host.catalog(), row);
    if (!adapter || !adapter->manifest().needs_credential) continue;
    if (std::ranges::find(names, row.name) == names.end()) offer(row.name, row.display_name);
  }
  if (names.empty()) {
    return Error{ErrorCode::NoAdapter, "no plugin that takes a key was found"};
  }
  const std::string answer = PATCHBAY_TRY(terminal.ask("Which one? [1] "));
  if (answer.empty()) return names.front();
  std::size_t number = 0;
  const auto [end, failure] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
  const bool is_number = failure == std::errc() && end == answer.data() + answer.size();
  if (is_number && number >= 1 && number <= names.size()) return names[number - 1];
  return answer;
}

class ConfigureCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"configure"},
            "Set a provider up: store its key, encrypted",
            "  patchbay configure\n"
            "  patchbay configure --provider acme --default\n"
            "  patchbay configure --provider acme --api-key-cmd 'pass show acme'\n"
            "  patchbay configure --force --api-key-stdin < new.key"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options{{"--provider",
                                 "NAME",
                                 "Whose key it is; else it is asked, or told by the key",
                                 &arguments_.provider,
                                 propose_providers}};
    add_credential_options(options, arguments_.credential);
    options.push_back(
        {"--label", "TEXT", "A word of yours, shown by `key list`", &arguments_.label});
    options.push_back({"--force", "", "Store a new key; the old one becomes inactive", &force_});
    options.push_back({"--no-verify",
                       "",
                       "Do not ask the provider whether the key works",
                       &arguments_.no_verify});
    options.push_back({"--default", "", "Ask this provider when none is named", &is_default_});
    options.push_back({"--non-interactive", "", "Never ask", &never_ask_});
    add_recovery_options(options, recovery_);
    return options;
  }

  Status run(Context& context) override {
    const bool has_source = PATCHBAY_TRY(names_source(arguments_.credential));
    const bool asks = !has_source && !never_ask_ && someone_is_there();
    if (!has_source && !asks) {
      return Error{ErrorCode::Usage,
                   "no key was given, and there is nobody to ask",
                   "use --api-key-stdin, --api-key-file or --api-key-cmd"};
    }
    if (!PATCHBAY_TRY(host::read_home(context.host_options())).initialised()) {
      const host::HomeFacts facts = PATCHBAY_TRY(set_up_home(context));
      for (const std::string& line : words_about(facts)) context.console().note(line);
    }
    // First: without it nothing could be stored.
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    PATCHBAY_TRY(settle_recovery(context, owner, recovery_, NoAnswer::WriteFile));
    return asks ? configure_by_asking(context, owner) : configure_from_options(context, owner);
  }

 private:
  Status configure_by_asking(Context& context, const host::Owner& owner) {
    const Terminal terminal = PATCHBAY_TRY(Terminal::open());
    const std::string name = arguments_.provider ? *arguments_.provider
                                                 : PATCHBAY_TRY(choose_provider(terminal, context));
    KeyPlan plan = PATCHBAY_TRY(plan_for(name, arguments_, context));
    plan.beside = force_ ? host::Registry::Beside::Replaces : host::Registry::Beside::None;
    const auto old_keys = PATCHBAY_TRY(replaceable_keys(plan, context));
    const host::AdapterManifest& manifest = plan.candidate.adapter.manifest();
    terminal.say(words_about_origins(plan) + "\n");
    if (!manifest.login_url.empty()) {
      terminal.say("Get one at " + printable(manifest.login_url) + "\n");
    }
    SecretBytes credential =
        PATCHBAY_TRY(ask_credential(terminal, plan.candidate.provider.display_name));
    PATCHBAY_TRY(context.hide(credential));
    return finish(context, plan, credential, owner, old_keys);
  }

  Status configure_from_options(Context& context, const host::Owner& owner) {
    SecretBytes credential = PATCHBAY_TRY(credential_from_options(arguments_.credential, context));
    const std::string name = arguments_.provider
                                 ? *arguments_.provider
                                 : PATCHBAY_TRY(provider_named_by(credential, context));
    KeyPlan plan = PATCHBAY_TRY(plan_for(name, arguments_, context));
    plan.beside = force_ ? host::Registry::Beside::Replaces : host::Registry::Beside::None;
    const auto old_keys = PATCHBAY_TRY(replaceable_keys(plan, context));
    context.console().note(words_about_origins(plan));
    return finish(context, plan, credential, owner, old_keys);
  }

  Result<std::vector<host::Key>> replaceable_keys(const KeyPlan& plan, Context& context) const {
    std::vector<host::Key> keys = PATCHBAY_TRY(active_keys_beside(plan, context));
    if (keys.empty() || force_) return keys;
    const std::string& name = plan.candidate.provider.name;
    return Error{ErrorCode::AlreadyExists,
                 "Provider '" + name + "' already configured. Use --force to overwrite.",
                 "or add a second key with `patchbay key add --provider " + name + "`",
                 name};
  }

  Status finish(Context& context,
                KeyPlan& plan,
                SecretBytes& credential,
                const host::Owner& owner,
                const std::vector<host::Key>& old_keys) const {
    if (const auto words = prefix_warning(plan, credential)) context.console().warning(*words);
    if (!arguments_.no_verify) PATCHBAY_TRY(verify_credential(plan, credential, context));
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Key key = PATCHBAY_TRY(store_credential(plan, credential, owner, context));
    const std::string& name = plan.candidate.provider.name;
    if (is_default_) {
      PATCHBAY_TRY(host::set_config_value(host.facts().home.config_file, "provider", name));
    }
    json::Value document;
    document.set("provider", name);
    document.set("key_id", key.id);
    const host::Vault* vault = PATCHBAY_TRY(host.vault());
    document.set("fingerprint", vault->fingerprint(credential));
    document.set("environment", plan.environment);
    document.set("verified", !arguments_.no_verify);
    document.set("replaced", static_cast<std::int64_t>(old_keys.size()));
    context.console().document(document);
    context.console().line("Provider '" + name + "' configured successfully.");
    return {};
  }

  KeyArguments arguments_;
  RecoveryArguments recovery_;
  bool force_ = false;
  bool is_default_ = false;
  bool never_ask_ = false;
};

}  // namespace

void add_configure_commands(CommandList& list) {
  list.push_back(std::make_unique<ConfigureCommand>());
}

}  // namespace patchbay::cli
