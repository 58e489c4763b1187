// Plugins are loaded from copies of our own, named by their contents: the file that was judged
// cannot be changed or replaced under a running host, and a newer one loads beside it.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/catalog.hpp"
#include "host/loader/ownership.hpp"

#include <chrono>
#include <filesystem>

namespace patchbay::host {

// Copies that nothing has used for so long are removed when another is made.
inline constexpr std::chrono::hours private_copy_age_max{24 * 30};

// The absolute path of DIRECTORY/<sha256>.so, whose bytes have the hash that was judged. A copy
// that is there already is hashed again before it is used, and made anew where it does not match.
// Errors: Plugin, also where the plugin's file is no longer the one that was judged.
[[nodiscard]] Result<std::filesystem::path> private_copy(const FoundPlugin& plugin,
                                                         const TrustedOwners& owners,
                                                         const std::filesystem::path& directory);

}  // namespace patchbay::host
