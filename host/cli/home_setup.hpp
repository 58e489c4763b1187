// Setting up a home, from `init` or from the first `configure`.
#pragma once

#include "core/base/result.hpp"
#include "host/host.hpp"

#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

// With the owner's password, where one is given or typed. Errors: AlreadyExists.
[[nodiscard]] Result<host::HomeFacts> set_up_home(Context& context);
// False where the owner has a password instead.
[[nodiscard]] bool has_owner_key(const host::HomeFacts& facts);
// What was made, and what it protects.
[[nodiscard]] std::vector<std::string> words_about(const host::HomeFacts& facts);

}  // namespace patchbay::cli
