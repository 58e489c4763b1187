// `provider list`, `provider show`.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/provider_view.hpp"
#include "host/cli/table.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

class ProviderListCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"provider", "list"},
            "All providers, with their state",
            "  patchbay provider list\n  patchbay provider list --json"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    json::Value rows{json::Array{}};
    Table table({"NAME", "STATE", "ENDPOINT", "AUTH", "MODEL"});
    for (const host::Provider& provider : PATCHBAY_TRY(host.registry().providers())) {
      rows.append(document_of(provider, host));
      table.add({provider.name,
                 state_of(provider, host.catalog()),
                 provider.endpoint_url,
                 provider.auth_type,
                 image_model_of(provider, host.catalog())});
    }
    json::Value document;
    document.set("providers", std::move(rows));
    context.console().document(document);
    table.print(context.console());
    return {};
  }
};

class ProviderShowCommand final : public Command {
 public:
  CommandWords words() const override {
    return {
        {"provider", "show"}, "All that is known of one provider", "  patchbay provider show acme"};
  }

  std::vector<Option> options() override {
    return {{"NAME", "", "The provider", &name_, propose_providers}};
  }

  Status run(Context& context) override {
    if (!name_) return Error{ErrorCode::Usage, "which provider?", "see `patchbay provider list`"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Provider provider = PATCHBAY_TRY(host.registry().provider(*name_));
    context.console().document(document_of(provider, host));
    Console& console = context.console();
    const auto adapter = host::Registry::adapter_of(host.catalog(), provider);
    console.line("name           " + provider.name + " (" + provider.display_name + ")");
    console.line("state          " + state_of(provider, host.catalog()));
    console.line("endpoint       " + provider.endpoint_url);
    console.line("auth type      " + provider.auth_type);
    console.line("image model    " + image_model_of(provider, host.catalog()));
    console.line("adapter        " + (adapter ? adapter->manifest().id : std::string("none")));
    if (adapter) console.line("plugin         " + adapter->plugin->path.string());
    console.line("updated        " + provider.updated_at + " UTC");
    for (const auto& [name, value] : provider.settings) {
      std::string line = "setting        " + name;
      line += " = " + value;
      console.line(line);
    }
    return {};
  }

 private:
  std::optional<std::string> name_;
};

}  // namespace

void add_provider_view_commands(CommandList& list) {
  list.push_back(std::make_unique<ProviderListCommand>());
  list.push_back(std::make_unique<ProviderShowCommand>());
}

}  // namespace patchbay::cli
