// The command line as data: what the manual page and the completions are made from.
#pragma once

#include "host/cli/commands.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

struct DescribedOption {
  std::vector<std::string> names;  // "-o", "--out"; "PROMPT" where it goes by position
  std::string value;               // "FILE"; empty for flags
  std::string help;
  std::string proposals;  // as Option has them, or what follows from `value`
  bool is_repeatable = false;

  [[nodiscard]] bool is_positional() const { return !names.front().starts_with('-'); }
  [[nodiscard]] bool takes_value() const { return is_positional() || !value.empty(); }
};

struct DescribedCommand {
  std::string name;  // "key add"
  std::string summary;
  std::string examples;
  std::vector<DescribedOption> options;
};

struct Description {
  std::vector<DescribedOption> global;  // --help and --version among them
  std::vector<CommandGroup> groups;
  std::vector<DescribedCommand> commands;
};

[[nodiscard]] Description describe_program();

}  // namespace patchbay::cli
