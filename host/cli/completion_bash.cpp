#include "host/cli/completion.hpp"

namespace patchbay::cli {
namespace {

constexpr std::string_view beginning =
    R"bash(# Completion of patchbay for bash, made by `patchbay completion bash`.

)bash";

constexpr std::string_view ending = R"bash(
_patchbay() {
  local current=${COMP_WORDS[COMP_CWORD]} command='' option='' word proposals i
  local -a place=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == = ]] && continue # bash cuts --home=DIR into three words
    if [[ -n $option ]]; then
      [[ $option == --home || $option == --db ]] && place+=("$option" "${word/#\~\//$HOME/}")
      option=
    elif _patchbay_value "$command" "$word"; then
      option=$word
    else
      _patchbay_following "$command"
      [[ " $proposals " == *" $word "* ]] && command=${command:+$command }$word
    fi
  done
  [[ $current == = ]] && current=
  proposals=
  if [[ -n $option ]]; then
    _patchbay_value "$command" "$option"
  elif [[ $current == -* ]]; then
    _patchbay_options "$command"
  else
    _patchbay_following "$command"
  fi
  case $proposals in
    @files | @folders) compopt -o filenames 2>/dev/null ;;
  esac
  case $proposals in
    @files) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    @folders) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    @providers)
      proposals=$("${COMP_WORDS[0]/#\~\//$HOME/}" "${place[@]}" completion providers 2>/dev/null)
      mapfile -t COMPREPLY < <(compgen -W "$proposals" -- "$current")
      ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$proposals" -- "$current") ;;
  esac
}

complete -F _patchbay patchbay
)bash";

std::string pattern_of(std::string_view command, const DescribedOption& option) {
  std::string pattern;
  for (const std::string& name : option.names) {
    pattern += (pattern.empty() ? "" : " | ") +
               (command.empty() ? "*" + shell_quoted(":" + name)
                                : shell_quoted(std::string(command) + ":" + name));
  }
  return pattern;
}

std::string values_of(std::string_view command, const std::vector<DescribedOption>& options) {
  std::string cases;
  for (const DescribedOption& option : options) {
    if (option.is_positional() || !option.takes_value()) continue;
    cases += "    " + pattern_of(command, option) +
             ") proposals=" + shell_quoted(option.proposals) + " ;;\n";
  }
  return cases;
}

std::string names_of(const std::vector<DescribedOption>& options) {
  std::string names;
  for (const DescribedOption& option : options) {
    if (option.is_positional()) continue;
    for (const std::string& name : option.names) names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

}  // namespace

std::string bash_completion(const Description& program) {
  std::string script(beginning);
  script += "# What an option's value may be; fails where it takes none.\n_patchbay_value() {\n";
  script += "  case \"$1:$2\" in\n" + values_of("", program.global);
  for (const DescribedCommand& command : program.commands) {
    script += values_of(command.name, command.options);
  }
  script += "    *) return 1 ;;\n  esac\n}\n\n# What may follow a command.\n";
  script += "_patchbay_following() {\n  case $1 in\n";
  for (const Following& following : following_words(program)) {
    script += "    " + shell_quoted(following.command) +
              ") proposals=" + shell_quoted(following.proposals) + " ;;\n";
  }
  script += "    *) proposals= ;;\n  esac\n}\n\n_patchbay_options() {\n  case $1 in\n";
  for (const DescribedCommand& command : program.commands) {
    script += "    " + shell_quoted(command.name) +
              ") proposals=" + shell_quoted(names_of(command.options)) + " ;;\n";
  }
  script += "    *) proposals= ;;\n  esac\n  proposals+=' " + names_of(program.global) + "'\n}\n";
  return script + std::string(ending);
}

}  // namespace patchbay::cli
