// The faults that look alike with every provider: answers that come from something in between, and
// answers that were changed on their way.
#pragma once

#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

namespace patchbay::emulator {

// Replaces or changes the reply as the faults say.
void apply_faults(const FaultSet& faults, Reply& reply);

}  // namespace patchbay::emulator
