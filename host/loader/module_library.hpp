// The one place that loads code: a plugin's private copy, through Boost.DLL.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/catalog.hpp"
#include <patchbay/plugin.h>

#include <filesystem>

namespace patchbay::host {

// Maps the library for the life of the process, which runs its constructors, and checks what it
// exports against the ABI and its manifest. Everything that can be judged without running it has
// been judged by then. Never unloaded: addresses of it may be on any thread's stack, and unloading
// is where plugin hosts crash. One caller at a time. Errors: Plugin.
[[nodiscard]] Result<const patchbay_module*> load_module(const std::filesystem::path& copy,
                                                         const FoundPlugin& plugin);

}  // namespace patchbay::host
