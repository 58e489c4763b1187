// Which keys of one provider a request may use, and in which order.
#pragma once

#include "host/provider.hpp"
#include "host/request.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace patchbay::host {

struct KeyChoice {
  Key key;
  std::int64_t usable_at_unix_ms = 0;  // 0: now
};

// What a request wants of a provider.
struct KeyWish {
  const Request& request;
  const Provider& provider;
  std::string model;
  std::int64_t now_unix_ms = 0;
};

// The user's own keys first, then nobody's, never another user's; among them by priority (lower
// first), then least recently used; last of all those that cool down for a moment yet. To check a
// key, or to list models, costs nothing: that waits for no cool-down. At least one. Errors:
// NotConfigured, Inactive, Tampered, each naming the key and the command that helps; Rate and
// Quota, naming the time.
[[nodiscard]] Result<std::vector<KeyChoice>> usable_keys(const KeyWish& wish,
                                                         const std::vector<Key>& keys);

}  // namespace patchbay::host
