// A secret that a command of the user's prints, eg `pass show acme`.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <cstddef>
#include <string>

namespace patchbay::cli {

// At most `size_max` bytes of what is there to be read, until its end. Errors: BadInput.
[[nodiscard]] Result<SecretBytes> read_secret(int fd,
                                              std::size_t size_max,
                                              const std::string& name_in_errors);

// Runs `command` by /bin/sh with our stdin and stderr. Errors: BadInput, where it fails.
[[nodiscard]] Result<SecretBytes> secret_of_command(const std::string& command,
                                                    std::size_t size_max);

}  // namespace patchbay::cli
