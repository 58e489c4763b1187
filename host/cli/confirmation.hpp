// Asking before something that cannot be taken back, or that gives something away.
#pragma once

#include "core/base/result.hpp"

#include <string>

namespace patchbay::cli {

class Context;

// Says the facts, and asks unless `yes` was given. Errors: Usage where nobody can be asked,
// Cancelled where the answer is no.
[[nodiscard]] Status confirm(Context& context, const std::string& facts, bool yes);

}  // namespace patchbay::cli
