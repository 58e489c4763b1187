// `init`: makes a home.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/home_setup.hpp"
#include "host/cli/recovery.hpp"

#include <memory>

namespace patchbay::cli {
namespace {

json::Value document_of(const host::HomeFacts& facts) {
  json::Value document;
  document.set("project_id", facts.config.project_id);
  document.set("config", facts.home.config_file.string());
  document.set("database", facts.database_file.string());
  document.set("service_key", facts.service_key_file.string());
  const bool has_file = has_owner_key(facts);
  if (has_file) document.set("owner_key", facts.owner_key_file.string());
  document.set("protection", has_file ? "key_files" : "password");
  return document;
}

class InitCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"init"},
            "Make the vault, its key files or password, and the default providers",
            "  patchbay init\n"
            "  patchbay --home /srv/patchbay init\n"
            "  patchbay --owner-key-file /media/stick/owner.key init --recovery-file code.txt\n"
            "  pass show patchbay | patchbay init --owner-password-stdin --no-recovery"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options;
    add_recovery_options(options, recovery_);
    return options;
  }

  Status run(Context& context) override {
    PATCHBAY_TRY(check_recovery_options(recovery_));
    const host::HomeFacts facts = PATCHBAY_TRY(set_up_home(context));
    // Registers what the plugins serve, so that the rows are there to be looked at.
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    PATCHBAY_TRY(settle_recovery(context, owner, recovery_, NoAnswer::Warn));
    context.console().document(document_of(facts));
    for (const std::string& line : words_about(facts)) context.console().line(line);
    return {};
  }

 private:
  RecoveryArguments recovery_;
};

}  // namespace

void add_init_commands(CommandList& list) {
  list.push_back(std::make_unique<InitCommand>());
}

}  // namespace patchbay::cli
