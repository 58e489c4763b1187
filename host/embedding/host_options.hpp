// What an application says when it opens a host.
#pragma once

#include "host/embedding/embedded_host.hpp"
#include <patchbay/host.h>

namespace patchbay::embedding {

// Errors: Usage.
[[nodiscard]] Result<EmbeddedOptions> read_options(const patchbay_host_options& given);

}  // namespace patchbay::embedding
