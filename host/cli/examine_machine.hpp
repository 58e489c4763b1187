// What `doctor` checks apart from the home: this process, and the way to the providers.
#pragma once

#include "core/base/library_version.hpp"
#include "host/cli/examination.hpp"
#include "host/config/config.hpp"

#include <vector>

namespace patchbay::cli {

// The program, its libraries, compiler and system.
[[nodiscard]] std::vector<LibraryVersion> all_versions();

// Core dumps, tracing, memory that is kept out of the swap space.
void examine_process(Examination& examination);
// Certificates and proxy; without any call.
void examine_network(Examination& examination, const host::Config& config);

// How far plugins are confined that nobody vouched for; starts a worker, and ends it.
void examine_isolation(Examination& examination, const host::Config& config);

}  // namespace patchbay::cli
