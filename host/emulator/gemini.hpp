// Google's Gemini API: generateContent, its streaming forms, countTokens, and the list of models.
#pragma once

#include "host/emulator/provider.hpp"

#include <cstdint>
#include <memory>

namespace patchbay::emulator {

struct GeminiOptions {
  std::uint64_t image_bytes = 0;  // size of each picture's file; 0: as it comes
  std::uint64_t seed = 1;
};

[[nodiscard]] std::unique_ptr<Provider> make_gemini(const GeminiOptions& options);

}  // namespace patchbay::emulator
