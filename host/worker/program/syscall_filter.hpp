// Which system calls are left. What else is called ends the process, after the host was told its
// number.
#pragma once

#include <string>

namespace patchbay::worker {

// Tells the host of a call that was refused, and ends the process. Before filter_for_loading():
// nothing can be handled otherwise afterwards. Empty: done; else what could not be.
[[nodiscard]] std::string report_denied_calls();

// What it takes to map a library: files are opened to be read, memory becomes executable.
[[nodiscard]] std::string filter_for_loading();
// What it takes to compute, and to talk with the host.
[[nodiscard]] std::string filter_for_running();

}  // namespace patchbay::worker
