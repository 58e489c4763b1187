// The table of commands. Each function is defined in its own command_*.cpp.
#pragma once

#include "host/cli/command.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace patchbay::cli {

// Words that only gather commands: "key" of "key add"; "vault slot" within "vault", after it.
struct CommandGroup {
  std::string_view name;
  std::string_view summary;

  [[nodiscard]] std::string_view last_word() const { return name.substr(name.rfind(' ') + 1); }
  // The group that it is in; empty: none.
  [[nodiscard]] std::string_view parent() const {
    const std::size_t space = name.rfind(' ');
    return space == std::string_view::npos ? std::string_view() : name.substr(0, space);
  }
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
void add_key_import_commands(CommandList& list);
void add_key_change_commands(CommandList& list);
void add_key_set_commands(CommandList& list);
void add_plugin_commands(CommandList& list);
void add_plugin_check_commands(CommandList& list);
void add_plugin_new_commands(CommandList& list);
void add_plugin_record_commands(CommandList& list);
void add_vault_commands(CommandList& list);
void add_vault_slot_commands(CommandList& list);
void add_vault_recover_commands(CommandList& list);
void add_vault_rotate_commands(CommandList& list);
void add_audit_commands(CommandList& list);
void add_session_commands(CommandList& list);
void add_status_commands(CommandList& list);
void add_db_commands(CommandList& list);
void add_doctor_commands(CommandList& list);
void add_emulate_commands(CommandList& list);
void add_version_commands(CommandList& list);

}  // namespace patchbay::cli
