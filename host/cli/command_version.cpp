// `version`: which Patchbay this is.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/version.hpp"
#include <patchbay/plugin.h>

#include <memory>
#include <string>

namespace patchbay::cli {
namespace {

class VersionCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"version"}, "Which Patchbay this is", "  patchbay version\n  patchbay --version"};
  }

  Status run(Context& context) override {
    const std::string abi =
        std::to_string(PATCHBAY_ABI_MAJOR) + "." + std::to_string(PATCHBAY_ABI_MINOR);
    json::Value document;
    document.set("version", version);
    document.set("plugin_abi", abi);
    context.console().document(document);
    context.console().line("patchbay " + std::string(version) + " (plugin ABI " + abi + ")");
    return {};
  }
};

}  // namespace

void add_version_commands(CommandList& list) {
  list.push_back(std::make_unique<VersionCommand>());
}

}  // namespace patchbay::cli
