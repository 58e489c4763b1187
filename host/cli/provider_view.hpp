// How a provider is shown, in a list, alone, and to programs.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/shown.hpp"

namespace patchbay::cli {

[[nodiscard]] json::Value document_of(const host::Provider& provider, host::Host& host);

}  // namespace patchbay::cli
