// The versions of the libraries that this folder owns.
#pragma once

#include "core/base/library_version.hpp"

#include <vector>

namespace patchbay::crypto {

[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace patchbay::crypto
