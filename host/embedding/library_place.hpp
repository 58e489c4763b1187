// Where this code was loaded from, and the plugins that came with it.
#pragma once

#include <filesystem>

namespace patchbay::embedding {

// PREFIX/lib/patchbay/plugins, of the prefix that this library, or the program that holds it, lies
// in. Need not exist; empty where nothing can be told.
[[nodiscard]] std::filesystem::path plugins_of_library();

}  // namespace patchbay::embedding
