#include "host/cli/description.hpp"

#include "core/base/text.hpp"
#include "host/cli/command_line.hpp"

#include <utility>
#include <variant>

namespace patchbay::cli {
namespace {

std::vector<std::string> names_of(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(','));
    names.emplace_back(name);
    text.remove_prefix(std::min(text.size(), name.size() + 1));
  }
  return names;
}

DescribedOption described(const Option& option) {
  DescribedOption result;
  result.names = names_of(option.names);
  result.value = option.value;
  result.help = option.help;
  result.proposals = option.proposals;
  result.is_repeatable = std::holds_alternative<std::vector<std::string>*>(option.target);
  if (!result.proposals.empty()) return result;
  if (option.value == "FILE" || option.value == "IMAGE") result.proposals = propose_files;
  if (option.value == "DIR") result.proposals = propose_folders;
  return result;
}

}  // namespace

Description describe_program() {
  Description description;
  description.global.push_back({{"-h", "--help"}, "", "Show help and exit", "", false});
  description.global.push_back({{"--version"}, "", "Show the version and exit", "", false});
  GlobalArguments unused;
  for (const Option& option : global_options(unused)) {
    description.global.push_back(described(option));
  }
  description.groups.assign(command_groups().begin(), command_groups().end());
  for (const auto& command : all_commands()) {
    CommandWords words = command->words();
    DescribedCommand result{
        joined(words.path, " "), std::move(words.summary), std::move(words.examples), {}};
    for (const Option& option : command->options()) result.options.push_back(described(option));
    description.commands.push_back(std::move(result));
  }
  return description;
}

}  // namespace patchbay::cli
