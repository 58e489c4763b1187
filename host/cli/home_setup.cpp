#include "host/cli/home_setup.hpp"

#include "host/cli/context.hpp"
#include "host/initialise.hpp"

#include <filesystem>
#include <system_error>

namespace patchbay::cli {

bool has_owner_key(const host::HomeFacts& facts) {
  std::error_code ignored;
  return std::filesystem::exists(facts.owner_key_file, ignored);
}

Result<host::HomeFacts> set_up_home(Context& context) {
  context.forget_host();
  const SecretBytes password = PATCHBAY_TRY(context.new_owner_password());
  return host::initialise_home(context.host_options(), password.empty() ? nullptr : &password);
}

std::vector<std::string> words_about(const host::HomeFacts& facts) {
  const std::string service = facts.service_key_flag.empty() ? facts.service_key_file.string()
                                                             : facts.service_key_flag.string();
  if (!has_owner_key(facts))
    return {
        "Initialised Patchbay, project " + facts.config.project_id + ":",
        "  " + facts.home.config_file.string() + "  settings and the owner's public key",
        "  " + facts.database_file.string() + "  providers and encrypted keys",
        "  " + service + "  opens the vault, cannot sign changes",
        "Changes need the owner's password. The key file is readable by you alone, and protects",
        "copies of the database; whoever can read it can use every stored key.",
    };
  return {
      "Initialised Patchbay, project " + facts.config.project_id + ":",
      "  " + facts.home.config_file.string() + "  settings and the owner's public key",
      "  " + facts.database_file.string() + "  providers and encrypted keys",
      "  " + service + "  opens the vault, cannot sign changes",
      "  " + facts.owner_key_file.string() + "  signs changes: new keys, endpoints, trust",
      "Both key files are readable by you alone. They protect copies of the database; whoever can",
      "read " + service + " can use every stored key. Keep the owner key elsewhere when you do not",
      "need it: generating images works without it.",
  };
}

}  // namespace patchbay::cli
