// Whether anybody but the people whom this process trusts anyway could change a file, or put
// another in its place.
#pragma once

#include "core/base/result.hpp"

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <vector>

namespace patchbay::host {

// The users who may own a plugin and the folders above it.
struct TrustedOwners {
  std::vector<uid_t> users;

  // root, and the user this process runs as.
  [[nodiscard]] static TrustedOwners of_process();
  [[nodiscard]] bool contains(uid_t user) const;
};

// The owner of the program that is running; trusted for the plugins that came with it.
[[nodiscard]] uid_t owner_of_program();

// A file's owner and mode. Writable by its group counts as writable by others, unless that is the
// private group of the user this process runs as, without further members (as distributions with a
// umask of 002 have it). Errors: Plugin; the message continues a sentence that begins with the
// file's name.
[[nodiscard]] Status check_file(const struct stat& info,
                                const std::filesystem::path& path,
                                const TrustedOwners& owners);

// Every folder from the root down to this one, which must be canonical. Folders with the sticky
// bit, as /tmp, may be writable by all. Errors: Plugin, likewise, naming the folder.
[[nodiscard]] Status check_folders(const std::filesystem::path& folder,
                                   const TrustedOwners& owners);

}  // namespace patchbay::host
