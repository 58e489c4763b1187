// Where a key comes from when it is stored: a hidden prompt, stdin, a file, a command, an argument.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "host/cli/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

class Console;
class Terminal;

inline constexpr std::size_t credential_size_max = 8192;  // bytes
inline constexpr int prompt_tries_max = 3;

// Keys are printable ASCII without spaces, unless they are a JSON object; what a person thought of
// may be anything.
enum class CredentialForm : std::uint8_t { Key, Passphrase };

struct CredentialArguments {
  bool from_stdin = false;
  std::optional<std::string> file;
  std::optional<std::string> command;
  CredentialForm form = CredentialForm::Key;
  std::optional<std::string> value;  // blanked: the characters are in Context::argument_secret
};
void add_credential_options(std::vector<Option>& options, CredentialArguments& arguments);
// Whether one of the options was given. Errors: Usage, for more than one.
[[nodiscard]] Result<bool> names_source(const CredentialArguments& arguments);

// Without exactly one end of line. Errors: BadInput, naming the position of what no key has, never
// the characters.
[[nodiscard]] Result<SecretBytes> checked_credential(SecretBytes raw,
                                                     CredentialForm form = CredentialForm::Key);

// From the option that was given. `argument` holds the value of --api-key.
[[nodiscard]] Result<SecretBytes> read_credential(const CredentialArguments& arguments,
                                                  SecretBytes argument,
                                                  Console& console);
// Asked for twice; anew, up to prompt_tries_max times, where the two differ.
[[nodiscard]] Result<SecretBytes> ask_credential(const Terminal& terminal, std::string_view what);

}  // namespace patchbay::cli
