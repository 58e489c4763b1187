// How the errors of OpenAI and of those who took its shape over are read.
#pragma once

#include "plugins/shared/answer_error.hpp"

namespace openai_compatible {

[[nodiscard]] const shared::Dialect& dialect();

}  // namespace openai_compatible
