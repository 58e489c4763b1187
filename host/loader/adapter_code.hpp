// The code of an adapter, and where it runs.
#pragma once

#include "host/worker/process.hpp"
#include <patchbay/plugin.h>

#include <optional>

namespace patchbay::host {

// Either its module, in this process, or what a worker is started with for each session.
struct AdapterCode {
  const patchbay_module* module = nullptr;
  std::optional<WorkerCode> worker;
};

}  // namespace patchbay::host
