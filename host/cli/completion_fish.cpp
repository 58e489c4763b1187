#include "host/cli/completion.hpp"

#include <algorithm>

namespace patchbay::cli {
namespace {

constexpr std::string_view beginning =
    R"fish(# Completion of patchbay for fish, made by `patchbay completion fish`.

)fish";

constexpr std::string_view middle = R"fish(
# The command that the words before the cursor make; in __patchbay_place the home that they name.
function __patchbay_command
    set -g __patchbay_place
    set -l command
    set -l option
    set -l words (commandline -opc)
    for word in $words[2..]
        if test -n "$option"
            contains -- $option --home --db; and set -a __patchbay_place $option $word
            set option
        else if __patchbay_takes_value "$command" $word
            set option $word
        else if contains -- $word (__patchbay_following "$command")
            set command (string trim "$command $word")
        end
    end
    echo $command
end

function __patchbay_at
    set -l command (__patchbay_command)
    test "$command" = "$argv[1]"
end

function __patchbay_providers
    __patchbay_command >/dev/null
    set -l words (commandline -opc)
    $words[1] $__patchbay_place completion providers 2>/dev/null
end

complete -c patchbay -f
)fish";

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string value_of(const DescribedOption& option) {
  if (!option.takes_value()) return "";
  if (option.proposals == propose_files) return " -r -F";
  if (option.proposals == propose_folders) return " -x -a '(__fish_complete_directories)'";
  if (option.proposals == propose_providers) return " -x -a '(__patchbay_providers)'";
  return option.proposals.empty() ? " -x" : " -x -a " + quoted(option.proposals);
}

std::string condition(std::string_view command) {
  return " -n " + quoted("__patchbay_at " + quoted(command));
}

std::string option_line(const std::string& when, const DescribedOption& option) {
  std::string line = "complete -c patchbay" + when;
  if (!option.is_positional()) {
    for (const std::string& name : option.names) {
      line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    return line + value_of(option) + " -d " + quoted(option.help) + "\n";
  }
  if (option.proposals.empty()) return "";
  if (option.proposals == propose_files) return line + " -F\n";
  const bool are_providers = option.proposals == propose_providers;
  return line + " -a " + quoted(are_providers ? "(__patchbay_providers)" : option.proposals) + "\n";
}

std::string values_of(std::string_view command, const std::vector<DescribedOption>& options) {
  std::string cases;
  for (const DescribedOption& option : options) {
    if (option.is_positional() || !option.takes_value()) continue;
    for (const std::string& name : option.names) {
      cases += " " + quoted(std::string(command) + ":" + name);
    }
  }
  return cases;
}

}  // namespace

std::string fish_completion(const Description& program) {
  std::string script(beginning);
  script += "function __patchbay_takes_value\n    switch \"$argv[1]:$argv[2]\"\n        case" +
            values_of("*", program.global);
  for (const DescribedCommand& command : program.commands) {
    script += values_of(command.name, command.options);
  }
  script +=
      "\n            return 0\n    end\n    return 1\nend\n\nfunction __patchbay_following\n"
      "    switch \"$argv[1]\"\n";
  for (const Following& following : following_words(program)) {
    const bool are_commands =
        following.command.find(' ') == std::string::npos ||
        std::ranges::count(program.groups, following.command, &CommandGroup::name) > 0;
    if (!are_commands || following.proposals.empty() || following.proposals.starts_with('@'))
      continue;
    script += "        case " + quoted(following.command) + "\n            string split ' ' " +
              quoted(following.proposals) + "\n";
  }
  script += "    end\nend\n" + std::string(middle);
  for (const DescribedOption& option : program.global) script += option_line("", option);
  for (const CommandGroup& group : program.groups) {
    script += "complete -c patchbay" + condition(group.parent()) + " -a " +
              quoted(group.last_word()) + " -d " + quoted(group.summary) + "\n";
  }
  for (const DescribedCommand& command : program.commands) {
    const std::size_t space = command.name.rfind(' ');
    const bool is_grouped = space != std::string::npos;
    script += "complete -c patchbay" + condition(is_grouped ? command.name.substr(0, space) : "") +
              " -a " + quoted(is_grouped ? command.name.substr(space + 1) : command.name) + " -d " +
              quoted(command.summary) + "\n";
    for (const DescribedOption& option : command.options) {
      script += option_line(condition(command.name), option);
    }
  }
  return script;
}

}  // namespace patchbay::cli
