// Ends this process, with a finding, at the first system call that a session has no use for.
#pragma once

#include <string>

namespace patchbay::check {

inline constexpr int answer_descriptor = 3;  // of the process that runs one check

// From here on only memory may be asked for, and `answer_descriptor` be written to. Empty, or why
// it cannot be had here.
[[nodiscard]] std::string trap_system_calls();

}  // namespace patchbay::check
