#include "host/cli/commands.hpp"

#include <array>

namespace patchbay::cli {

std::span<const CommandGroup> command_groups() {
  static constexpr std::array groups{
      CommandGroup{"provider", "The services that make images and text"},
      CommandGroup{"key", "The stored keys, shown by fingerprint"},
      CommandGroup{"plugin", "The plugins that were found, and what helps to write one"},
      CommandGroup{"vault", "What protects the stored keys"},
      CommandGroup{"vault slot", "The ways that open the vault"},
      CommandGroup{"audit", "What was done, and whether the record of it is whole"},
      CommandGroup{"session", "The conversations that are kept"},
      CommandGroup{"db", "The database"},
  };
  return groups;
}

CommandList all_commands() {
  CommandList list;
  add_init_commands(list);
  add_configure_commands(list);
  add_generate_commands(list);
  add_chat_commands(list);
  add_batch_commands(list);
  add_models_commands(list);
  add_provider_view_commands(list);
  add_provider_change_commands(list);
  add_provider_login_commands(list);
  add_key_view_commands(list);
  add_key_add_commands(list);
  add_key_import_commands(list);
  add_key_change_commands(list);
  add_key_set_commands(list);
  add_plugin_commands(list);
  add_plugin_check_commands(list);
  add_plugin_new_commands(list);
  add_plugin_record_commands(list);
  add_vault_commands(list);
  add_vault_slot_commands(list);
  add_vault_recover_commands(list);
  add_vault_rotate_commands(list);
  add_audit_commands(list);
  add_session_commands(list);
  add_status_commands(list);
  add_db_commands(list);
  add_doctor_commands(list);
  add_emulate_commands(list);
  add_completion_commands(list);
  add_version_commands(list);
  return list;
}

}  // namespace patchbay::cli
