// The passwords of people: from a line of stdin, or asked for at the terminal.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <cstddef>
#include <string_view>

namespace patchbay::cli {

inline constexpr std::size_t password_size_max = 1024;  // bytes

// Reads no more than the line, so that a key can follow it. Errors: BadInput for an empty or
// oversized line.
[[nodiscard]] Result<SecretBytes> read_password_line();
// Errors: NotAllowed where there is nobody to ask.
[[nodiscard]] Result<SecretBytes> ask_password();
// Asked for twice, and anew where the two differ or it is too short. Empty: none is wanted.
[[nodiscard]] Result<SecretBytes> ask_new_password(std::string_view whose);

}  // namespace patchbay::cli
