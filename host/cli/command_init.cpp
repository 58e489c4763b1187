// `init`: makes a home.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/home_setup.hpp"

#include <memory>

namespace patchbay::cli {
namespace {

json::Value document_of(const host::HomeFacts& facts) {
  json::Value document;
  document.set("project_id", facts.config.project_id);
  document.set("config", facts.home.config_file.string());
  document.set("database", facts.database_file.string());
  document.set("service_key", facts.service_key_file.string());
  document.set("owner_key", facts.owner_key_file.string());
  document.set("protection", "key_files");
  return document;
}

class InitCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"init"},
            "Make the vault, its two key files and the default providers",
            "  patchbay init\n"
            "  patchbay --home /srv/patchbay init\n"
            "  patchbay --owner-key-file /media/stick/owner.key init"};
  }

  Status run(Context& context) override {
    const host::HomeFacts facts = PATCHBAY_TRY(set_up_home(context));
    // Registers what the plugins serve, so that the rows are there to be looked at.
    static_cast<void>(PATCHBAY_TRY(context.host()));
    context.console().document(document_of(facts));
    for (const std::string& line : words_about(facts)) context.console().line(line);
    return {};
  }
};

}  // namespace

void add_init_commands(CommandList& list) {
  list.push_back(std::make_unique<InitCommand>());
}

}  // namespace patchbay::cli
