// The manual page patchbay(1), in the language of man(7).
#pragma once

#include <string>

namespace patchbay::cli {

[[nodiscard]] std::string manual_page();

}  // namespace patchbay::cli
