// The recovery code: 160 random bits and a checksum, in letters that are hard to misread.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <cstddef>
#include <string_view>

namespace patchbay::host {

inline constexpr std::size_t recovery_secret_size_bytes = 20;
// Nine groups of four, with "-" between them.
inline constexpr std::size_t recovery_code_size = 44;
// What a person may type around it: spaces, line ends.
inline constexpr std::size_t recovery_text_size_max = 256;

// Errors: Internal for a secret of another size.
[[nodiscard]] Result<SecretBytes> recovery_code_of(const SecretBytes& secret);
// Takes small letters, missing or other separators, and O for 0, I and L for 1. Errors: BadInput,
// which tells a code with a typing mistake from text that is none; never shows it.
[[nodiscard]] Result<SecretBytes> secret_of_recovery_code(std::string_view text);

}  // namespace patchbay::host
