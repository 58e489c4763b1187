// The versions of the libraries that this folder owns.
#pragma once

#include "core/base/library_version.hpp"

#include <vector>

namespace patchbay::media {

[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace patchbay::media
