// The recovery code: made once, before the first key is stored, unless it is refused.
#pragma once

#include "core/base/result.hpp"
#include "host/cli/command.hpp"
#include "host/vault/vault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

struct RecoveryArguments {
  std::optional<std::string> file;
  bool is_refused = false;
};
void add_recovery_options(std::vector<Option>& options, RecoveryArguments& arguments);
// Errors: Usage, for both at once.
[[nodiscard]] Status check_recovery_options(const RecoveryArguments& arguments);

// What becomes of a home where nobody can be asked, and nothing was said.
enum class NoAnswer : std::uint8_t {
  Warn,
  WriteFile,  // recovery.code beside the owner's key, unless a key is stored already
};
// Makes the code where there is none yet: into the file, or shown at the terminal. Nothing, where
// there is one, or it was refused.
[[nodiscard]] Status settle_recovery(Context& context,
                                     const host::Owner& owner,
                                     const RecoveryArguments& arguments,
                                     NoAnswer no_answer);
// Makes one in any case. Its slot's id.
[[nodiscard]] Result<std::string> make_recovery_code(Context& context,
                                                     const host::Owner& owner,
                                                     const std::optional<std::string>& file);

}  // namespace patchbay::cli
