// `provider add`, `set`, `enable`, `disable`, `remove`: all of them the owner's.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/provider_view.hpp"
#include "host/cli/values.hpp"
#include "host/parameters.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr NumberRange priority_range{-1'000'000, 1'000'000};

Result<std::string> required(const std::optional<std::string>& name) {
  if (name && !name->empty()) return *name;
  return Error{ErrorCode::Usage, "which provider?", "see `patchbay provider list`"};
}

// What `add` and `set` share.
struct ProviderArguments {
  std::optional<std::string> name;
  std::optional<std::string> display_name;
  std::optional<std::string> endpoint;
  std::optional<std::string> auth_type;
  std::optional<std::string> model;
  std::optional<std::string> chat_model;
  std::optional<std::string> adapter;
  std::optional<std::string> priority;
  std::vector<std::string> settings;
  bool allow_private = false;
  bool no_allow_private = false;
};

std::vector<Option> options_for(ProviderArguments& arguments) {
  return {
      {"NAME", "", "The provider", &arguments.name, propose_providers},
      {"--display-name", "TEXT", "For people", &arguments.display_name},
      {"--endpoint", "URL", "The base URL of its API, version included", &arguments.endpoint},
      {"--auth-type",
       "TYPE",
       "bearer, api_key or oauth",
       &arguments.auth_type,
       "bearer api_key oauth"},
      {"--model", "ID", "Its model for images; '' goes back to the plugin's", &arguments.model},
      {"--chat-model",
       "ID",
       "Its model for text; '' goes back to the plugin's",
       &arguments.chat_model},
      {"--adapter",
       "NAME",
       "Which adapter serves it, by name or id; '' goes back to the one of its name",
       &arguments.adapter},
      {"--priority", "NUMBER", "Lower ones are asked first", &arguments.priority},
      {"--setting",
       "NAME=VALUE",
       "A setting of its plugin; may be repeated; NAME= clears it",
       &arguments.settings},
      {"--allow-private",
       "",
       "Allow http, and addresses of this machine or network",
       &arguments.allow_private},
      {"--no-allow-private", "", "Allow public https alone", &arguments.no_allow_private},
  };
}

void set_or_clear(host::Provider& provider, const std::string& name, const std::string& value) {
  if (value.empty()) {
    provider.settings.erase(name);
  } else {
    provider.settings[name] = value;
  }
}

// Where no plugin serves the provider yet, nobody can tell which settings it has.
Status check_settings(const ProviderArguments& arguments,
                      const host::Provider& provider,
                      const host::Host& host) {
  const auto adapter = host::Registry::adapter_of(host.catalog(), provider);
  if (!adapter) return {};
  for (const std::string& text : arguments.settings) {
    const auto pair = PATCHBAY_TRY(parse_pair("--setting", text));
    PATCHBAY_TRY(host::check_setting(pair.first, adapter->manifest()));
  }
  return {};
}

Status apply_settings(const ProviderArguments& arguments,
                      host::Provider& provider,
                      const host::Catalog& catalog) {
  for (const std::string& text : arguments.settings) {
    const auto [name, value] = PATCHBAY_TRY(parse_pair("--setting", text));
    set_or_clear(provider, name, value);
  }
  if (arguments.chat_model) set_or_clear(provider, "chat_model", *arguments.chat_model);
  if (arguments.adapter && arguments.adapter->empty()) provider.settings.erase("adapter");
  if (arguments.adapter && !arguments.adapter->empty())
    provider.settings["adapter"] =
        PATCHBAY_TRY(host::Registry::adapter_id_of(catalog, *arguments.adapter));
  if (arguments.priority) {
    const auto number =
        PATCHBAY_TRY(parse_number("--priority", *arguments.priority, priority_range));
    provider.settings["priority"] = std::to_string(number);
  }
  if (arguments.allow_private && arguments.no_allow_private) {
    return Error{ErrorCode::Usage, "--allow-private and --no-allow-private exclude each other"};
  }
  if (arguments.allow_private) provider.settings["allow_private"] = "1";
  // Said for one endpoint; another one needs it said again.
  if (arguments.no_allow_private || (arguments.endpoint && !arguments.allow_private))
    provider.settings.erase("allow_private");
  return {};
}

Status apply(const ProviderArguments& arguments,
             host::Provider& provider,
             const host::Catalog& catalog) {
  if (arguments.display_name) provider.display_name = *arguments.display_name;
  if (arguments.endpoint) provider.endpoint_url = *arguments.endpoint;
  if (arguments.auth_type) provider.auth_type = *arguments.auth_type;
  if (arguments.model) provider.model_name = *arguments.model;
  if (provider.model_name && provider.model_name->empty()) provider.model_name.reset();
  return apply_settings(arguments, provider, catalog);
}

bool changes_anything(const ProviderArguments& arguments) {
  return arguments.display_name || arguments.endpoint || arguments.auth_type || arguments.model ||
         arguments.chat_model || arguments.adapter || arguments.priority ||
         !arguments.settings.empty() || arguments.allow_private || arguments.no_allow_private;
}

class ProviderAddCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"provider", "add"},
            "Add a provider that a plugin can serve",
            "  patchbay provider add acme --adapter openai_compatible \\\n"
            "    --endpoint https://api.acme.example/v1 --auth-type bearer --model acme-draw"};
  }

  std::vector<Option> options() override { return options_for(arguments_); }

  Status run(Context& context) override {
    host::Provider provider;
    provider.name = PATCHBAY_TRY(required(arguments_.name));
    provider.display_name = provider.name;
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.owner());
    PATCHBAY_TRY(apply(arguments_, provider, host.catalog()));
    host::Registry::complete_from_adapter(provider, host.catalog());
    PATCHBAY_TRY(check_settings(arguments_, provider, host));
    const host::Provider added = PATCHBAY_TRY(host.registry().add_provider(std::move(provider)));
    context.console().document(document_of(added, host));
    context.console().line("Provider '" + added.name + "' added.");
    return {};
  }

 private:
  ProviderArguments arguments_;
};

class ProviderSetCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"provider", "set"},
            "Change a provider; its keys are sealed anew",
            "  patchbay provider set acme --model acme-large\n"
            "  patchbay provider set acme --endpoint http://127.0.0.1:8089/v1 "
            "--allow-private"};
  }

  std::vector<Option> options() override { return options_for(arguments_); }

  Status run(Context& context) override {
    const std::string name = PATCHBAY_TRY(required(arguments_.name));
    if (!changes_anything(arguments_)) {
      return Error{
          ErrorCode::Usage, "nothing to change was given", "see `patchbay provider set --help`"};
    }
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const auto as_told = [&](host::Provider& row) -> Status {
      PATCHBAY_TRY(apply(arguments_, row, host.catalog()));
      return check_settings(arguments_, row, host);
    };
    const host::Provider provider = PATCHBAY_TRY(host.registry().change_provider(name, as_told));
    const auto keys = PATCHBAY_TRY(reseal(host, provider, owner));
    json::Value document = document_of(provider, host);
    document.set("keys_sealed", static_cast<std::int64_t>(keys.sealed));
    document.set("keys_tampered", static_cast<std::int64_t>(keys.left));
    context.console().document(document);
    context.console().line(
        "Provider '" + name + "' changed." +
        (keys.sealed == 0 ? std::string() : " Its keys go to " + provider.endpoint_url + " now."));
    if (keys.left > 0) context.console().warning(words_about_left(provider));
    return {};
  }

 private:
  // Nothing is there to be signed while no plugin serves the provider.
  Result<host::Registry::Resealed> reseal(host::Host& host,
                                          const host::Provider& provider,
                                          const host::Owner& owner) const {
    if (!host::Registry::adapter_of(host.catalog(), provider)) return host::Registry::Resealed{};
    const host::Registry::Said said{
        .endpoint = arguments_.endpoint.has_value(),
        .auth_type = arguments_.auth_type.has_value(),
        .allow_private = arguments_.allow_private,
        .adapter = arguments_.adapter.has_value(),
    };
    return host.registry().reseal_keys(host.catalog(), provider, owner, said);
  }

  static std::string words_about_left(const host::Provider& provider) {
    return "keys of '" + provider.name + "' stay tampered: the provider leads to " +
           provider.endpoint_url + " (" + provider.auth_type +
           "), which is not what was signed for them. If it is right, say so: patchbay provider "
           "set " +
           provider.name + " --endpoint " + provider.endpoint_url +
           (provider.allows_private() ? " --allow-private" : "");
  }

  ProviderArguments arguments_;
};

class ProviderSwitchCommand final : public Command {
 public:
  enum class Target : std::uint8_t { Enabled, Disabled };
  explicit ProviderSwitchCommand(Target target) : target_(target) {}

  CommandWords words() const override {
    if (target_ == Target::Enabled) {
      return {{"provider", "enable"}, "Switch a provider on", "  patchbay provider enable acme"};
    }
    return {{"provider", "disable"},
            "Switch a provider off: no calls of any kind",
            "  patchbay provider disable acme"};
  }

  std::vector<Option> options() override {
    return {{"NAME", "", "The provider", &name_, propose_providers}};
  }

  Status run(Context& context) override {
    const std::string name = PATCHBAY_TRY(required(name_));
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.owner());
    const host::Provider provider =
        PATCHBAY_TRY(host.registry().change_provider(name, [&](host::Provider& row) -> Status {
          row.is_active = target_ == Target::Enabled;
          return {};
        }));
    context.console().document(document_of(provider, host));
    context.console().line("Provider '" + name + "' is " +
                           (provider.is_active ? "active." : "inactive."));
    return {};
  }

 private:
  Target target_;
  std::optional<std::string> name_;
};

class ProviderRemoveCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"provider", "remove"},
            "Remove a provider that has no keys",
            "  patchbay provider remove proxy"};
  }

  std::vector<Option> options() override {
    return {{"NAME", "", "The provider", &name_, propose_providers}};
  }

  Status run(Context& context) override {
    const std::string name = PATCHBAY_TRY(required(name_));
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.owner());
    PATCHBAY_TRY(host.registry().remove_provider(name));
    json::Value document;
    document.set("removed", name);
    context.console().document(document);
    context.console().line("Provider '" + name + "' removed.");
    return {};
  }

 private:
  std::optional<std::string> name_;
};

}  // namespace

void add_provider_change_commands(CommandList& list) {
  using Target = ProviderSwitchCommand::Target;
  list.push_back(std::make_unique<ProviderAddCommand>());
  list.push_back(std::make_unique<ProviderSetCommand>());
  list.push_back(std::make_unique<ProviderSwitchCommand>(Target::Enabled));
  list.push_back(std::make_unique<ProviderSwitchCommand>(Target::Disabled));
  list.push_back(std::make_unique<ProviderRemoveCommand>());
}

}  // namespace patchbay::cli
