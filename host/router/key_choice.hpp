// Which keys of one provider a request may use, and in which order.
#pragma once

#include "host/provider.hpp"
#include "host/request.hpp"

#include <vector>

namespace patchbay::host {

// The user's own keys first, then nobody's, never another user's; among them by priority (lower
// first), then least recently used. At least one. Errors: NotConfigured, Inactive, Tampered, each
// naming the key and the command that helps.
[[nodiscard]] Result<std::vector<Key>> usable_keys(const Request& request,
                                                   const Provider& provider,
                                                   const std::vector<Key>& keys);

}  // namespace patchbay::host
