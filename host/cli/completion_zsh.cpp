#include "host/cli/completion.hpp"

namespace patchbay::cli {
namespace {

constexpr std::string_view beginning = R"zsh(#compdef patchbay
# Completion of patchbay for zsh, made by `patchbay completion zsh`.

# Where the options that were read last say that the home is.
_patchbay_note_place() {
  local option
  for option in --home --db; do
    [[ -n $opt_args[$option] ]] && _patchbay_place+=($option "${(Q)opt_args[$option]/#\~\//$HOME/}")
  done
}

_patchbay_providers() {
  _patchbay_note_place
  local -a names
  names=(${(f)"$(${(Q)_patchbay_program} $_patchbay_place completion providers 2>/dev/null)"})
  compadd -a names
}

)zsh";

constexpr std::string_view ending = R"zsh(
if [[ $funcstack[1] == _patchbay ]]; then
  _patchbay "$@"
else
  compdef _patchbay patchbay
fi
)zsh";

// A text within a specification of _arguments or _describe.
std::string plain(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string action_of(const DescribedOption& option) {
  if (option.proposals == propose_files) return "_files";
  if (option.proposals == propose_folders) return "_files -/";
  if (option.proposals == propose_providers) return "_patchbay_providers";
  return option.proposals.empty() ? " " : "(" + option.proposals + ")";
}

std::string specification(const DescribedOption& option, const std::string& name) {
  std::string excluded;
  if (!option.is_repeatable && option.names.size() > 1) {
    for (const std::string& other : option.names) excluded += (excluded.empty() ? "" : " ") + other;
    excluded = "(" + excluded + ")";
  }
  std::string text = option.is_repeatable ? "*" : excluded;
  text += name;
  if (option.takes_value() && name.starts_with("--")) text += "=";
  text += "[" + plain(option.help, "[]:") + "]";
  if (option.takes_value()) text += ":" + plain(option.value, ":") + ":" + action_of(option);
  return text;
}

std::string specifications(const std::vector<DescribedOption>& options) {
  std::string lines;
  for (const DescribedOption& option : options) {
    if (option.is_positional()) {
      lines +=
          " \\\n    " + shell_quoted((option.is_repeatable ? "*:" : ":") +
                                     plain(option.names.front(), ":") + ":" + action_of(option));
      continue;
    }
    for (const std::string& name : option.names) {
      lines += " \\\n    " + shell_quoted(specification(option, name));
    }
  }
  return lines;
}

std::string function_name(std::string_view command) {
  std::string name = "_patchbay_at";
  for (const char c : command) name += c == ' ' ? '_' : c;
  return name;
}

std::string leaf_function(const DescribedCommand& command) {
  return function_name("_" + command.name) + "() {\n  _arguments $_patchbay_global" +
         specifications(command.options) + "\n}\n\n";
}

// Chooses among the commands that are one word longer than `command`.
std::string choosing_function(const Description& program,
                              const std::string& name,
                              std::string_view command) {
  std::string choices;
  const auto add = [&](std::string_view word, std::string_view summary) {
    choices += "\n    " + shell_quoted(plain(word, ":") + ":" + std::string(summary));
  };
  for (const CommandGroup& group : program.groups)
    if (group.parent() == command) add(group.last_word(), group.summary);
  const std::string prefix = command.empty() ? "" : std::string(command) + " ";
  for (const DescribedCommand& one : program.commands) {
    if (!one.name.starts_with(prefix)) continue;
    const std::string word = one.name.substr(prefix.size());
    if (word.find(' ') == std::string::npos) add(word, one.summary);
  }
  const std::string next =
      command.empty() ? "_patchbay_at" : function_name("_" + std::string(command));
  return name + "() {\n  local curcontext=$curcontext state line\n  local -A opt_args\n" +
         (command.empty() ? "  local -a _patchbay_place\n  local _patchbay_program=$words[1]\n"
                          : "") +
         "  local -a choices\n  choices=(" + choices +
         "\n  )\n"
         "  _arguments -C $_patchbay_global ': :->command' '*:: :->rest' && return\n"
         "  case $state in\n"
         "    command) _describe -t commands command choices ;;\n"
         "    rest)\n"
         "      _patchbay_note_place\n"
         "      (( $+functions[" +
         next + "_$words[1]] )) && " + next +
         "_$words[1]\n"
         "      ;;\n"
         "  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Description& program) {
  std::string script(beginning);
  script += "typeset -ga _patchbay_global\n_patchbay_global=(" + specifications(program.global) +
            "\n)\n\n";
  for (const DescribedCommand& command : program.commands) script += leaf_function(command);
  for (const CommandGroup& group : program.groups) {
    script += choosing_function(program, function_name("_" + std::string(group.name)), group.name);
  }
  return script + choosing_function(program, "_patchbay", "") + std::string(ending);
}

}  // namespace patchbay::cli
