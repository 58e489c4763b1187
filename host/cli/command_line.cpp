#include "host/cli/command_line.hpp"

#include "core/base/text.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr std::string_view api_key_option = "--api-key";
constexpr std::size_t shown_size_max = 64;  // bytes of a wrong word that an error repeats

std::string description_of_program() {
  return "Makes images and text with providers that come as plugins.";
}

template <typename Target>
void bind_value(CLI::App& app, const Option& option, Target* target) {
  CLI::Option* added = nullptr;
  if constexpr (std::is_same_v<Target, bool>) {
    added = app.add_flag(option.names, *target, option.help)->disable_flag_override();
  } else if constexpr (std::is_same_v<Target, std::optional<std::string>>) {
    const auto keep = [target](const std::string& value) { *target = value; };
    added = app.add_option_function<std::string>(option.names, keep, option.help);
    added->type_name(option.value);
  } else {
    added = app.add_option(option.names, *target, option.help);
    added->type_name(option.value)->expected(1)->take_all();
    added->allow_extra_args(!option.names.starts_with('-'));
  }
}

void bind(CLI::App& app, const Option& option) {
  std::visit([&](auto* target) { bind_value(app, option, target); }, option.target);
}

// "patchbay key add"
std::string path_of(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* above = app.get_parent(); above != nullptr; above = above->get_parent())
    path.insert(0, above->get_name() + " ");
  return path;
}

// CLI11's tree, and which command each of its leaves stands for.
struct Tree {
  CLI::App app{description_of_program(), "patchbay"};
  std::map<std::string, CLI::App*> groups;
  std::map<const CLI::App*, Command*> leaves;
};

void add_groups(Tree& tree) {
  for (const CommandGroup& known : command_groups()) {
    CLI::App& parent =
        known.parent().empty() ? tree.app : *tree.groups.at(std::string(known.parent()));
    CLI::App* group =
        parent.add_subcommand(std::string(known.last_word()), std::string(known.summary));
    group->fallthrough()->require_subcommand(1);
    group->footer("See `" + path_of(*group) + " COMMAND --help` for each command.");
    tree.groups[std::string(known.name)] = group;
  }
}

void add_command(Tree& tree, Command& command) {
  const CommandWords words = command.words();
  const std::span<const std::string> above(words.path.begin(), words.path.end() - 1);
  CLI::App& parent = above.empty() ? tree.app : *tree.groups.at(joined(above, " "));
  CLI::App* leaf = parent.add_subcommand(words.path.back(), words.summary);
  leaf->fallthrough();
  if (!words.examples.empty()) leaf->footer("Examples:\n" + words.examples);
  for (const Option& option : command.options()) bind(*leaf, option);
  tree.leaves[leaf] = &command;
}

const CLI::App& deepest_of(const CLI::App& app) {
  const CLI::App* deepest = &app;
  for (auto parsed = app.get_subcommands(); !parsed.empty(); parsed = deepest->get_subcommands())
    deepest = parsed.back();
  return *deepest;
}

void add_option_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::App* where = &app; where != nullptr; where = where->get_parent()) {
    for (const CLI::Option* option : where->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
}

std::vector<std::string> words_there_are(const CLI::App& where, bool is_option) {
  std::vector<std::string> names;
  if (is_option) {
    add_option_names(where, names);
  } else {
    for (const CLI::App* command : where.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
  }
  return names;
}

Error unknown_word(const CLI::App& where, const std::string& word) {
  const bool is_option = word.starts_with('-');
  const std::vector<std::string> names = words_there_are(where, is_option);
  const bool is_leaf = !is_option && names.empty();
  std::string kind = is_leaf ? "argument" : "command";
  if (is_option) kind = "option";
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view near = nearest(word.substr(0, word.find('=')), candidates);
  Error error{ErrorCode::Usage,
              "unknown " + kind + " '" + shortened(printable(word), shown_size_max) + "' for " +
                  path_of(where)};
  error.hint = near.empty() ? "see `" + path_of(where) + " --help`"
                            : "did you mean '" + std::string(near) + "'?";
  return error;
}

// CLI11's words about too many or too few values: "--out: 1 required FILE missing".
std::string words_about_count(std::string_view text) {
  const std::string name = printable(text.substr(0, text.find_first_of(": ")));
  if (text.find("At Most") != std::string_view::npos) return name + " is given more than once";
  if (text.find("flag override") != std::string_view::npos) return "--" + name + " takes no value";
  return name + " needs a value";
}

Error usage_error(const CLI::App& app, const CLI::ParseError& failure) {
  const CLI::App& where = deepest_of(app);
  std::string help = "see `" + path_of(where) + " --help`";
  const std::vector<std::string> rest = app.remaining(true);
  if (!rest.empty()) return unknown_word(where, rest.front());
  if (dynamic_cast<const CLI::RequiredError*>(&failure) != nullptr) {
    return Error{ErrorCode::Usage, "a command is missing after '" + path_of(where) + "'", help};
  }
  const bool is_count = dynamic_cast<const CLI::ArgumentMismatch*>(&failure) != nullptr;
  return Error{ErrorCode::Usage,
               is_count ? words_about_count(failure.what()) : printable(failure.what()),
               help};
}

std::string help_of(const CLI::App& app) {
  return app.help(app.get_parent() == nullptr ? "" : path_of(*app.get_parent()));
}

// CLI11 would take the value of "--out=" from the next word. "help key add" asks for the same as
// "key add --help".
std::vector<std::string> plain_words(std::span<char* const> argv) {
  std::vector<std::string> words;
  bool are_options_over = false;
  for (const char* const word : argv.subspan(std::min<std::size_t>(argv.size(), 1))) {
    const std::string text(word);
    are_options_over = are_options_over || text == "--";
    const bool is_empty_value =
        !are_options_over && text.starts_with("--") && text.find('=') == text.size() - 1;
    words.push_back(is_empty_value ? text.substr(0, text.size() - 1) : text);
    if (is_empty_value) words.emplace_back();
  }
  if (words.empty() || words.front() != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

Result<ParsedLine> parse_into(Tree& tree, std::span<char* const> argv) {
  try {
    std::vector<std::string> words = plain_words(argv);
    std::ranges::reverse(words);  // as CLI11 wants them
    tree.app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    const CLI::App& where = deepest_of(tree.app);
    const std::vector<std::string> rest = tree.app.remaining(true);
    const bool names_no_command = !tree.leaves.contains(&where) && !rest.empty();
    if (names_no_command) return unknown_word(where, rest.front());
    return ParsedLine{nullptr, help_of(where)};
  } catch (const CLI::CallForVersion&) {
    return ParsedLine{nullptr, "patchbay " + std::string(version) + "\n"};
  } catch (const CLI::ParseError& failure) {
    return usage_error(tree.app, failure);
  }
  const auto leaf = tree.leaves.find(&deepest_of(tree.app));
  if (leaf != tree.leaves.end()) return ParsedLine{leaf->second, {}};
  return Error{ErrorCode::Usage, "a command is missing", "see `patchbay --help`"};
}

// Where the value of --api-key starts; null where this word does not give it.
char* value_within(char* word, char* next, bool& takes_next) {
  const std::string_view text(word);
  takes_next = text == api_key_option;
  if (takes_next) return next;
  const std::string prefix = std::string(api_key_option) + "=";
  return text.starts_with(prefix) ? word + prefix.size() : nullptr;
}

}  // namespace

std::vector<Option> global_options(GlobalArguments& global) {
  return {
      {"--home", "DIR", "Everything in this folder (PATCHBAY_HOME; else XDG)", &global.home},
      {"--db", "FILE", "Use this database", &global.database},
      {"--env",
       "NAME",
       "Environment of the keys (PATCHBAY_ENV; else 'default')",
       &global.environment},
      {"--user", "NAME", "Use this user's keys, then nobody's (PATCHBAY_USER)", &global.user},
      {"--key-file",
       "FILE",
       "The key that opens the vault (else service.key in the home)",
       &global.service_key_file},
      {"--owner-key-file",
       "FILE",
       "The key that signs changes (else owner.key in the home)",
       &global.owner_key_file},
      {"--owner-password-stdin",
       "",
       "The owner's password is the first line of standard input",
       &global.owner_password_from_stdin},
      {"--json", "", "One JSON document on stdout, errors as JSON on stderr", &global.json},
      {"-q,--quiet", "", "Only results, warnings and errors", &global.quiet},
      {"-v,--verbose", "", "Tell more about what happens", &global.verbose},
      {"--no-color", "", "No colours (NO_COLOR)", &global.no_color},
  };
}

Result<SecretBytes> take_api_key(std::span<char*> argv) {
  SecretBytes taken;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (std::string_view(argv[i]) == "--") break;
    bool takes_next = false;
    char* value = value_within(argv[i], i + 1 < argv.size() ? argv[i + 1] : nullptr, takes_next);
    if (value == nullptr) continue;
    const std::size_t size = std::strlen(value);
    if (size > 0) taken = PATCHBAY_TRY(SecretBytes::copy_of(std::string_view(value, size)));
    std::memset(value, 'x', size);
    if (takes_next) ++i;
  }
  return taken;
}

bool asks_for_json(std::span<char* const> argv) {
  return std::ranges::any_of(argv,
                             [](const char* word) { return std::string_view(word) == "--json"; });
}

Result<ParsedLine> parse_command_line(std::span<char* const> argv,
                                      const CommandList& commands,
                                      GlobalArguments& global) {
  Tree tree;
  tree.app.require_subcommand(1);
  tree.app.set_version_flag("--version", std::string(version));
  tree.app.footer(
      "Examples:\n"
      "  patchbay configure\n"
      "  patchbay generate \"a red bicycle\" --out bicycle.png\n"
      "See `patchbay COMMAND --help` for each command, and `man patchbay`.");
  for (const Option& option : global_options(global)) bind(tree.app, option);
  add_groups(tree);
  for (const auto& command : commands) add_command(tree, *command);
  return parse_into(tree, argv);
}

}  // namespace patchbay::cli
