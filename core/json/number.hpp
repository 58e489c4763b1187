// The text of a JSON number as a value.
#pragma once

#include "core/json/value.hpp"

#include <optional>
#include <string_view>

namespace patchbay::json {

// An integer where a signed one of 64 bits holds it, else the nearest double. Empty where even a
// double is too small for it. `text` is a number as JSON writes it.
[[nodiscard]] std::optional<Value> number_of(std::string_view text);

}  // namespace patchbay::json
