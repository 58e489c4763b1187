// How far a worker is confined on this machine.
#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>

namespace patchbay::host {

// Starts a worker, has it confine itself as for any plugin, and asks nothing more of it. The
// version of Landlock that restricts it; 0 where the kernel has none and `without_landlock` allows
// that. Errors: Plugin, in the worker's own words where it cannot be confined.
[[nodiscard]] Result<std::uint32_t> probe_worker(const std::filesystem::path& program,
                                                 bool without_landlock);

}  // namespace patchbay::host
