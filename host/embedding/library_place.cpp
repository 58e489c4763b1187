#include "host/embedding/library_place.hpp"

#include <patchbay/host.h>

#include <dlfcn.h>
#include <system_error>

namespace patchbay::embedding {

std::filesystem::path plugins_of_library() {
  namespace fs = std::filesystem;
  Dl_info found{};
  const auto* here = reinterpret_cast<const void*>(&patchbay_host_version);
  if (::dladdr(here, &found) == 0 || found.dli_fname == nullptr) return {};
  std::error_code unknown;
  fs::path file = fs::canonical(found.dli_fname, unknown);
  // A program is named as it was called, which may be relative to another directory.
  if (unknown) file = fs::read_symlink("/proc/self/exe", unknown);
  if (unknown) return {};
  const fs::path folder = file.parent_path();
  // lib/, lib/ARCHITECTURE/, bin/ and their like.
  for (const fs::path& prefix : {folder.parent_path(), folder.parent_path().parent_path()}) {
    const fs::path plugins = prefix / "lib/patchbay/plugins";
    if (fs::is_directory(plugins, unknown)) return plugins;
  }
  return folder.parent_path() / "lib/patchbay/plugins";
}

}  // namespace patchbay::embedding
