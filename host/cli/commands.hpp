// The table of commands. Each function is defined in its own command_*.cpp.
#pragma once

#include "host/cli/command.hpp"

#include <span>
#include <string_view>

namespace patchbay::cli {

// Words that only gather commands: "key" of "key add".
struct CommandGroup {
  std::string_view name;
  std::string_view summary;
};

[[nodiscard]] std::span<const CommandGroup> command_groups();
[[nodiscard]] CommandList all_commands();

void add_init_commands(CommandList& list);
void add_completion_commands(CommandList& list);
void add_configure_commands(CommandList& list);
void add_generate_commands(CommandList& list);
void add_chat_commands(CommandList& list);
void add_batch_commands(CommandList& list);
void add_models_commands(CommandList& list);
void add_provider_view_commands(CommandList& list);
void add_provider_change_commands(CommandList& list);
void add_provider_login_commands(CommandList& list);
void add_key_view_commands(CommandList& list);
void add_key_add_commands(CommandList& list);
void add_key_change_commands(CommandList& list);
void add_key_set_commands(CommandList& list);
void add_plugin_commands(CommandList& list);
void add_plugin_check_commands(CommandList& list);
void add_plugin_new_commands(CommandList& list);
void add_plugin_record_commands(CommandList& list);
void add_vault_commands(CommandList& list);
void add_session_commands(CommandList& list);
void add_status_commands(CommandList& list);
void add_db_commands(CommandList& list);
void add_doctor_commands(CommandList& list);
void add_emulate_commands(CommandList& list);
void add_version_commands(CommandList& list);

}  // namespace patchbay::cli
