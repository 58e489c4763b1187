#include "host/cli/completion.hpp"

#include <utility>

namespace patchbay::cli {
namespace {

void add_word(std::string& words, std::string_view word) {
  words += (words.empty() ? "" : " ") + std::string(word);
}

std::string proposals_by_position(const DescribedCommand& command) {
  for (const DescribedOption& option : command.options) {
    if (option.is_positional()) return option.proposals;
  }
  return {};
}

}  // namespace

std::vector<Following> following_words(const Description& program) {
  std::vector<Following> following(1);
  for (const CommandGroup& group : program.groups) {
    for (Following& above : following)
      if (above.command == group.parent()) add_word(above.proposals, group.last_word());
    following.push_back({std::string(group.name), {}});
  }
  for (const DescribedCommand& command : program.commands) {
    const std::size_t space = command.name.rfind(' ');
    if (space == std::string::npos) {
      add_word(following[0].proposals, command.name);
    } else {
      for (Following& group : following) {
        const bool is_its_group = group.command == command.name.substr(0, space);
        if (is_its_group) add_word(group.proposals, command.name.substr(space + 1));
      }
    }
    following.push_back({command.name, proposals_by_position(command)});
  }
  return following;
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

}  // namespace patchbay::cli
