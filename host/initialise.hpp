// Makes a home: the database, the vault with its two key files, and the identity in patchbay.toml.
#pragma once

#include "core/base/result.hpp"
#include "host/host.hpp"

namespace patchbay::host {

// Overwrites nothing, and completes what a killed call left behind: the project id, which marks a
// home as initialised, is written last. With an owner's password there is no owner.key. Errors:
// AlreadyExists.
[[nodiscard]] Result<HomeFacts> initialise_home(const HostOptions& options,
                                                const SecretBytes* owner_password = nullptr);

}  // namespace patchbay::host
