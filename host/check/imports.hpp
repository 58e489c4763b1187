// Functions of the system that an adapter has no use for. A lint, no boundary: whoever means to
// can do without them.
#pragma once

#include <string_view>

namespace patchbay::check {

// What an imported symbol is for, eg "network"; empty where an adapter may use it.
[[nodiscard]] std::string_view forbidden_purpose(std::string_view symbol);

}  // namespace patchbay::check
