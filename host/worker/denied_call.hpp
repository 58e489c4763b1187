// The name of a system call that a plugin may not make.
#pragma once

#include <cstdint>
#include <string>

namespace patchbay::host {

// "socket", or "system call 321" for those that no plugin is likely to call.
[[nodiscard]] std::string name_of_call(std::uint32_t number);

}  // namespace patchbay::host
