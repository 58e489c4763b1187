// `plugin list`, `info`, `trust`.
#include "host/cli/commands.hpp"
#include "host/cli/confirmation.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/plugin_view.hpp"
#include "host/cli/table.hpp"
#include "host/shown.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

std::string version_of(const host::FoundPlugin& plugin) {
  return plugin.manifest.adapters.empty() ? "" : plugin.manifest.adapters.front().version;
}

std::string use_of(const host::FoundPlugin& plugin) {
  const std::string reason = host::unused_reason(plugin);
  return reason.empty() ? "in use" : reason;
}

class PluginListCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"plugin", "list"},
            "What was found, and what was refused and why",
            "  patchbay plugin list\n  patchbay plugin list --json"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    Console& console = context.console();
    json::Value plugins{json::Array{}};
    Table table({"PROVIDER", "VERSION", "TRUST", "USE", "FILE"});
    for (const host::FoundPlugin& plugin : host.catalog().plugins()) {
      plugins.append(document_of(plugin));
      table.add({adapter_names(plugin),
                 version_of(plugin),
                 std::string(to_string(plugin.trust)),
                 use_of(plugin),
                 plugin.path.string()});
    }
    table.print(console);
    json::Value refused{json::Array{}};
    for (const host::RefusedPlugin& plugin : host.catalog().refused()) {
      json::Value value;
      value.set("path", plugin.path.string());
      value.set("reason", plugin.reason);
      refused.append(std::move(value));
      console.line("refused: " + plugin.path.string() + " " + plugin.reason);
    }
    json::Value document;
    document.set("plugins", std::move(plugins));
    document.set("refused", std::move(refused));
    console.document(document);
    return {};
  }
};

class PluginInfoCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"plugin", "info"},
            "What one plugin says of itself",
            "  patchbay plugin info acme\n  patchbay plugin info ./acme.so"};
  }

  std::vector<Option> options() override {
    return {{"PLUGIN", "", "Its provider's name, or its file", &name_, propose_files}};
  }

  Status run(Context& context) override {
    const host::FoundPlugin plugin = PATCHBAY_TRY(plugin_named(context, name_));
    context.console().document(document_of(plugin));
    for (const std::string& line : words_about(plugin)) context.console().line(line);
    return {};
  }

 private:
  std::optional<std::string> name_;
};

class PluginTrustCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"plugin", "trust"},
            "Vouch for exactly this file, so that it runs inside Patchbay",
            "  patchbay plugin trust acme\n  patchbay plugin trust acme --yes"};
  }

  std::vector<Option> options() override {
    return {{"PLUGIN", "", "Its provider's name, or its file", &name_, propose_files},
            {"--yes", "", "Do not ask", &yes_}};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const host::FoundPlugin plugin = PATCHBAY_TRY(plugin_named(context, name_));
    Console& console = context.console();
    if (!is_vouched_for(plugin.trust)) {
      std::string facts;
      for (const std::string& line : words_about(plugin)) facts += line + "\n";
      facts += "It will run inside Patchbay, with all that Patchbay may do.";
      PATCHBAY_TRY(confirm(context, facts, yes_));
      PATCHBAY_TRY(host.registry().trust_plugin(plugin, owner));
      // Its provider gets its row now rather than at the next command.
      context.forget_host();
      static_cast<void>(PATCHBAY_TRY(context.host()));
    }
    json::Value document;
    document.set("path", plugin.path.string());
    document.set("sha256", plugin.sha256);
    document.set("trusted", true);
    console.document(document);
    console.line("Plugin " + plugin.path.string() + " is trusted.");
    return {};
  }

 private:
  std::optional<std::string> name_;
  bool yes_ = false;
};

}  // namespace

void add_plugin_commands(CommandList& list) {
  list.push_back(std::make_unique<PluginListCommand>());
  list.push_back(std::make_unique<PluginInfoCommand>());
  list.push_back(std::make_unique<PluginTrustCommand>());
}

}  // namespace patchbay::cli
