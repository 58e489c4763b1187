// A request from the options that an application filled.
#pragma once

#include "host/request.hpp"
#include <patchbay/host.h>

namespace patchbay::embedding {

inline constexpr std::uint64_t run_messages_max = 10'000;
inline constexpr std::uint64_t run_params_max = 256;

// Opens and looks at the inputs; their readers are released also where this fails. The environment
// stays empty where none is named. Errors: Usage, BadInput.
[[nodiscard]] Result<host::Request> read_request(const patchbay_run_options& options);

}  // namespace patchbay::embedding
