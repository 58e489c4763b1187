#include "host/loader/catalog.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = secure_getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::vector<fs::path> split_paths(std::string_view text) {
  std::vector<fs::path> paths;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    if (colon != 0) paths.emplace_back(text.substr(0, colon));
    text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  }
  return paths;
}

}  // namespace

std::vector<fs::path> default_search_directories(const fs::path& patchbay_home) {
  std::vector<fs::path> directories = split_paths(variable("PATCHBAY_PLUGIN_PATH"));
  const auto add = [&](fs::path directory) {
    if (std::find(directories.begin(), directories.end(), directory) == directories.end())
      directories.push_back(std::move(directory));
  };
  if (!patchbay_home.empty()) add(patchbay_home / "plugins");
  const fs::path xdg = variable("XDG_DATA_HOME");
  const fs::path user_home = variable("HOME");
  if (xdg.is_absolute()) {
    add(xdg / "patchbay/plugins");
  } else if (user_home.is_absolute()) {
    add(user_home / ".local/share/patchbay/plugins");
  }
  add("/usr/local/lib/patchbay/plugins");
  add("/usr/lib/patchbay/plugins");
  return directories;
}

fs::path bundled_directory_of_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  // PREFIX/bin/patchbay and PREFIX/lib/patchbay/plugins, in an installation and in a build.
  return program.parent_path().parent_path() / "lib/patchbay/plugins";
}

}  // namespace patchbay::host
