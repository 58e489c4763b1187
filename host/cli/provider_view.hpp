// How a provider is shown, in a list, alone, and to programs.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/host.hpp"

#include <string>

namespace patchbay::cli {

// "active", "inactive", "no plugin", "needs trust"
[[nodiscard]] std::string state_of(const host::Provider& provider, host::Host& host);
// The model that an image request would go to; empty where nothing names one.
[[nodiscard]] std::string image_model_of(const host::Provider& provider, host::Host& host);
[[nodiscard]] json::Value document_of(const host::Provider& provider, host::Host& host);

}  // namespace patchbay::cli
