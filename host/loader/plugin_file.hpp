// A file that may be a plugin: opened once, measured and judged through its descriptor, never run.
#pragma once

#include "core/base/file.hpp"
#include "core/base/result.hpp"
#include "host/loader/manifest.hpp"
#include "host/loader/ownership.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace patchbay::host {

inline constexpr std::uint64_t plugin_size_max = std::uint64_t{256} << 20U;  // bytes

struct PluginFile {
  std::filesystem::path path;  // absolute; its folder canonical
  FileDescriptor descriptor;
  std::uint64_t size = 0;  // bytes
  uid_t owner = 0;
};

// Opens a regular file that only trusted owners can change: no symbolic link (links in the folders
// above are followed, and what they lead to is checked), not the running program itself. Errors:
// Plugin here and below; the message continues a sentence that begins with the file's name.
[[nodiscard]] Result<PluginFile> open_plugin_file(const std::filesystem::path& path,
                                                  const TrustedOwners& owners);

// The SHA-256 of the file's bytes, in hex. `take` gets the same bytes as they pass; it may be
// empty.
using TakeBytes = std::function<Status(std::span<const std::uint8_t> bytes)>;
[[nodiscard]] Result<std::string> hash_plugin_file(const PluginFile& file,
                                                   const TakeBytes& take = {});

[[nodiscard]] Result<Manifest> read_manifest(const PluginFile& file);

}  // namespace patchbay::host
