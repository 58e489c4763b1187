#include "host/config/config.hpp"
#include "host/config/keys.hpp"

#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

Result<fs::path> absolute_path(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error)
    return Error{ErrorCode::BadInput,
                 "cannot tell the working directory for " + path.string() + ": " + error.message(),
                 "pass an absolute path",
                 {}};
  return absolute.lexically_normal();
}

Home home_of(const fs::path& config_folder, const fs::path& folder) {
  Home home;
  home.config_file = config_folder / "patchbay.toml";
  home.database_file = folder / "patchbay.db";
  home.service_key_file = folder / "service.key";
  home.owner_key_file = folder / "owner.key";
  home.plugin_directory = folder / "plugins";
  home.state_directory = folder;
  return home;
}

// The folder of an XDG variable, or its default below HOME.
Result<fs::path> xdg_folder(const char* variable, std::string_view below_home) {
  const fs::path folder = environment_variable(variable);
  if (folder.is_absolute()) return folder / "patchbay";
  const fs::path user_home = environment_variable("HOME");
  if (!user_home.is_absolute())
    return Error{ErrorCode::NotConfigured,
                 "HOME is not set, so there is no place for Patchbay's files",
                 "set HOME, or name a folder with --home or PATCHBAY_HOME",
                 {}};
  return user_home / below_home / "patchbay";
}

Result<Home> home_without_database(const HomeOptions& options) {
  std::string single = options.home_flag;
  if (single.empty()) single = environment_variable("PATCHBAY_HOME");
  if (!single.empty()) {
    fs::path folder = PATCHBAY_TRY(absolute_path(single));
    if (!folder.has_filename()) folder = folder.parent_path();  // "/home/x/" as "/home/x"
    return home_of(folder, folder);
  }
  const fs::path config = PATCHBAY_TRY(xdg_folder("XDG_CONFIG_HOME", ".config"));
  const fs::path data = PATCHBAY_TRY(xdg_folder("XDG_DATA_HOME", ".local/share"));
  return home_of(config, data);
}

}  // namespace

Result<Home> find_home(const HomeOptions& options) {
  Home home = PATCHBAY_TRY(home_without_database(options));
  if (!options.database_flag.empty())
    home.database_file = PATCHBAY_TRY(absolute_path(options.database_flag));
  return home;
}

}  // namespace patchbay::host
