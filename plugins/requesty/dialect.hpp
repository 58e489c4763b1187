// How Requesty's errors are read.
#pragma once

#include "plugins/shared/answer_error.hpp"

namespace requesty {

[[nodiscard]] const shared::Dialect& dialect();

}  // namespace requesty
