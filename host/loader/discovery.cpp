#include "host/loader/discovery.hpp"

#include "core/base/text.hpp"
#include "host/loader/plugin_file.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

class Search {
 public:
  explicit Search(const CatalogOptions& options) : options_(options) {
    std::error_code missing;
    if (!options.bundled_directory.empty())
      bundled_folder_ = fs::canonical(options.bundled_directory, missing);
    if (missing) bundled_folder_.clear();
  }

  Discovery run() {
    for (const fs::path& path : options_.explicit_paths) look_at_named(path);
    for (const fs::path& directory : options_.search_directories) {
      if (directory.is_absolute()) {
        look_into(directory);
      } else {
        refuse(directory, "is not an absolute path");
      }
    }
    if (!bundled_folder_.empty()) look_into(bundled_folder_);
    return std::move(result_);
  }

 private:
  void refuse(const fs::path& path, std::string reason) {
    result_.refused.push_back(RefusedPlugin{path, std::move(reason)});
  }

  // A path that a person gave: what is wrong with it is always said.
  void look_at_named(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      look_into(path);
    } else {
      judge(path);
    }
  }

  void look_into(const fs::path& directory) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
      const fs::path& path = entry->path();
      const bool hidden = path.filename().native().starts_with('.');
      if (path.extension() == ".so" && !hidden) files.push_back(path);
    }
    if (error == std::errc::no_such_file_or_directory) return;
    if (error) return refuse(directory, "cannot be searched: " + error.message());
    // The system's order is that of its hash table: another at each machine.
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) judge(file);
  }

  void judge(const fs::path& path) {
    std::error_code error;
    const fs::path folder = fs::canonical(fs::absolute(path, error).parent_path(), error);
    const fs::path canonical = error ? path : folder / path.filename();
    if (!seen_.insert(canonical).second) return;
    if (seen_.size() > plugins_max) {
      if (seen_.size() == plugins_max + 1)
        refuse(
            path,
            "is one too many: at most " + std::to_string(plugins_max) + " plugins are looked at");
      return;
    }
    Result<FoundPlugin> plugin = examine(path, !error && folder == bundled_folder_);
    if (plugin.ok()) {
      result_.found.push_back(std::move(plugin).value());
    } else {
      refuse(canonical, plugin.error().message);
    }
  }

  [[nodiscard]] Result<FoundPlugin> examine(const fs::path& path, bool in_bundled_folder) const {
    const TrustedOwners owners = owners_for(in_bundled_folder ? Trust::Bundled : Trust::NeedsTrust);
    const PluginFile file = PATCHBAY_TRY(open_plugin_file(path, owners));
    FoundPlugin plugin;
    plugin.path = file.path;
    plugin.size = file.size;
    plugin.manifest = PATCHBAY_TRY(read_manifest(file));
    plugin.sha256 = PATCHBAY_TRY(hash_plugin_file(file));
    const bool came_with_program = file.owner == 0 || file.owner == owner_of_program();
    if (in_bundled_folder && came_with_program) {
      plugin.trust = Trust::Bundled;
    } else if (options_.is_vouched && options_.is_vouched(plugin)) {
      plugin.trust = Trust::Vouched;
    } else if (!options_.worker_program.empty()) {
      plugin.trust = Trust::Isolated;
    }
    return plugin;
  }

  const CatalogOptions& options_;
  fs::path bundled_folder_;
  std::set<fs::path> seen_;
  Discovery result_;
};

}  // namespace

TrustedOwners owners_for(Trust trust) {
  TrustedOwners owners = TrustedOwners::of_process();
  if (trust == Trust::Bundled) owners.users.push_back(owner_of_program());
  return owners;
}

Discovery discover_plugins(const CatalogOptions& options) {
  return Search(options).run();
}

}  // namespace patchbay::host
