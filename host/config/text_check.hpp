// What toml++ 3.3 takes for granted instead of checking it, looked for before it reads.
#pragma once

#include "host/config/document.hpp"

#include <optional>
#include <string_view>

namespace patchbay::host {

struct TextFlaw {
  TextPosition position;
  std::string_view message;
};

// Where the text is none that toml++ may be given: a table's header without a name, and characters
// outside ASCII where it looks for white space, which is outside of quotes and comments, and behind
// the line end that a backslash joins. Whatever else is wrong, toml++ finds.
[[nodiscard]] std::optional<TextFlaw> find_text_flaw(std::string_view text);

}  // namespace patchbay::host
