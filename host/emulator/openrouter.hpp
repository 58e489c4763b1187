// OpenRouter: chat completions, its image API, models, keys, and the login that makes keys.
#pragma once

#include "core/base/clock.hpp"
#include "host/emulator/provider.hpp"

#include <memory>

namespace patchbay::emulator {

// The clock must outlive it.
[[nodiscard]] std::unique_ptr<Provider> make_openrouter(const PictureChoice& choice,
                                                        const Clock& clock);

}  // namespace patchbay::emulator
