// Google's Gemini API: generateContent, its streaming forms, countTokens, and the list of models.
#pragma once

#include "core/base/clock.hpp"
#include "host/emulator/provider.hpp"

#include <chrono>
#include <memory>

namespace patchbay::emulator {

// With a token endpoint, as Google has one elsewhere, whose access tokens live so long. The clock
// must outlive it.
[[nodiscard]] std::unique_ptr<Provider> make_gemini(const PictureChoice& choice,
                                                    const Clock& clock,
                                                    std::chrono::seconds token_life);

}  // namespace patchbay::emulator
