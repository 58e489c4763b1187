// Scripts that let a shell propose commands, options and values.
#pragma once

#include "host/cli/description.hpp"

#include <string>
#include <string_view>

namespace patchbay::cli {

[[nodiscard]] std::string bash_completion(const Description& program);
[[nodiscard]] std::string zsh_completion(const Description& program);
[[nodiscard]] std::string fish_completion(const Description& program);

// What may follow each command by position: "" for the program, then groups, then commands.
struct Following {
  std::string command;
  std::string proposals;  // words, or one of the marks of command.hpp; empty: nothing to propose
};
[[nodiscard]] std::vector<Following> following_words(const Description& program);

// 'it'\''s': one word for sh, bash and zsh, whatever it holds.
[[nodiscard]] std::string shell_quoted(std::string_view text);

}  // namespace patchbay::cli
