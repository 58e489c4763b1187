// One session of the plugin, as the host drives it from the other end.
#pragma once

#include "host/worker/program/channel.hpp"

namespace patchbay::worker {

// Returns when the host has closed its end.
void serve(Channel& channel, const patchbay_module& module);

}  // namespace patchbay::worker
