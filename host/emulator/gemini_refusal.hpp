// The shapes in which the Gemini API declines to answer, each under status 200.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/fault.hpp"

#include <optional>

namespace patchbay::emulator {

// The document without its usage, model and id; none where the faults refuse nothing.
[[nodiscard]] std::optional<json::Value> refusal_of(const FaultSet& faults);

}  // namespace patchbay::emulator
