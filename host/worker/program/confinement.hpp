// What the worker gives up before it maps the plugin: files but for the system's libraries, new
// privileges, resources. Once given up, nothing brings it back.
#pragma once

#include <cstdint>
#include <string>

namespace patchbay::worker {

// Empty where it is done; else what could not be, in words.
[[nodiscard]] std::string drop_privileges();
[[nodiscard]] std::string limit_resources();

struct FileRules {
  std::uint32_t version = 0;  // of Landlock; 0: the kernel has none, and nothing was restricted
  std::string problem;        // empty: in force
};
// From here on only the system's libraries and the plugin's own file can be opened, to be read.
[[nodiscard]] FileRules restrict_files(int plugin);

}  // namespace patchbay::worker
