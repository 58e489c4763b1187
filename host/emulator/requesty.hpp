// Requesty: chat completions and images as OpenAI has them, and its management of keys.
#pragma once

#include "core/base/clock.hpp"
#include "host/emulator/provider.hpp"

#include <memory>
#include <string>

namespace patchbay::emulator {

// The clock must outlive it. `scheme` is "http" or "https": of the addresses in its answers.
[[nodiscard]] std::unique_ptr<Provider> make_requesty(const PictureChoice& choice,
                                                      const Clock& clock,
                                                      std::string scheme);

}  // namespace patchbay::emulator
