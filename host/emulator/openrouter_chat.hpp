// OpenRouter's POST /chat/completions.
#pragma once

#include "host/emulator/openrouter_images.hpp"

namespace patchbay::emulator {

[[nodiscard]] Reply openrouter_chat(const OpenRouterCall& call);

}  // namespace patchbay::emulator
