// Looks for plugins where the options say, and judges each file without running it.
#pragma once

#include "host/loader/catalog.hpp"
#include "host/loader/ownership.hpp"

#include <vector>

namespace patchbay::host {

struct Discovery {
  std::vector<FoundPlugin> found;  // in the order of the places, then of the names
  std::vector<RefusedPlugin> refused;
};

[[nodiscard]] Discovery discover_plugins(const CatalogOptions& options);

// Who may own a plugin of this trust and the folders above it.
[[nodiscard]] TrustedOwners owners_for(Trust trust);

}  // namespace patchbay::host
