// The price list of the build.
#pragma once

#include <string_view>

namespace patchbay::host {

[[nodiscard]] std::string_view embedded_prices();

}  // namespace patchbay::host
