// Makes libcurl overwrite the memory that it gives back.
#pragma once

#include "core/base/result.hpp"

namespace patchbay::net {

// libcurl copies header lines, and with them credentials, into buffers of its own. After this call
// it wipes each before releasing it. Process-wide, so it is the program's to call: once, from
// main, before anything else of this library. Too late a call has no effect.
[[nodiscard]] Status use_wiping_allocator();

}  // namespace patchbay::net
