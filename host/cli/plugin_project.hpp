// The project that `plugin new` writes.
#pragma once

#include "core/base/result.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

// One file of sdk/template, embedded into the program: "cpp/CMakeLists.txt.in".
struct TemplateFile {
  std::string_view path;
  std::string_view text;
};
[[nodiscard]] std::span<const TemplateFile> template_files();

struct PluginProject {
  std::string name;      // of the provider, and of the plugin
  std::string language;  // "cpp" or "c"
  std::filesystem::path folder;
};

// Makes the folder and everything in it; the paths of what was written. Errors: Usage for a name
// that cannot be one, AlreadyExists where the folder is there, Output.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_project(
    const PluginProject& project);

}  // namespace patchbay::cli
