#include "host/cli/home_setup.hpp"

#include "host/cli/context.hpp"
#include "host/initialise.hpp"

namespace patchbay::cli {

Result<host::HomeFacts> set_up_home(Context& context) {
  context.forget_host();
  return host::initialise_home(context.host_options());
}

std::vector<std::string> words_about(const host::HomeFacts& facts) {
  const std::string service = facts.service_key_flag.empty() ? facts.service_key_file.string()
                                                             : facts.service_key_flag.string();
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
