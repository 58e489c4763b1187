// Google's Gemini API: generateContent, its streaming forms, countTokens, and the list of models.
#pragma once

#include "host/emulator/provider.hpp"

#include <memory>

namespace patchbay::emulator {

[[nodiscard]] std::unique_ptr<Provider> make_gemini(const PictureChoice& choice);

}  // namespace patchbay::emulator
