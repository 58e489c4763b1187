// The program's version, from the build.
#pragma once

#include <string_view>

namespace patchbay::cli {

inline constexpr std::string_view version = PATCHBAY_VERSION;

}  // namespace patchbay::cli
