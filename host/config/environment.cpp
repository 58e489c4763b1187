#include "host/config/config.hpp"
#include "host/config/keys.hpp"

#include <array>
#include <system_error>

namespace patchbay::host {
namespace {

struct Variable {
  const char* name;
  std::string_view key;
};

constexpr std::array<Variable, 7> variables = {{
    {"PATCHBAY_ENV", "environment"},
    {"PATCHBAY_PROVIDER", "provider"},
    {"PATCHBAY_DB", "store.path"},
    {"PATCHBAY_CA_FILE", "tls.ca_file"},
    {"PATCHBAY_PROXY", "proxy.url"},
    {"PATCHBAY_LOG", "log.level"},
    {"PATCHBAY_RECOVERY", "vault.recovery"},
}};

}  // namespace

void apply_environment(Config& config) {
  std::error_code ignored;  // without a working directory, relative paths stay relative
  const std::filesystem::path base = std::filesystem::current_path(ignored);
  for (const Variable& variable : variables) {
    const std::string value = environment_variable(variable.name);
    if (value.empty()) continue;
    const Status assigned = assign(config, variable.key, Setting(value), base);
    if (assigned.ok()) {
      config.origins[std::string(variable.key)] = variable.name;
    } else {
      config.warnings.push_back(std::string(variable.name) +
                                " is ignored: " + assigned.error().message);
    }
  }
}

}  // namespace patchbay::host
