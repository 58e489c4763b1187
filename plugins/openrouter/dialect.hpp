// How OpenRouter's errors are read.
#pragma once

#include "plugins/shared/answer_error.hpp"

namespace openrouter {

[[nodiscard]] const shared::Dialect& dialect();

}  // namespace openrouter
