#include "host/cli/manual.hpp"

#include "core/base/error.hpp"
#include "host/cli/description.hpp"
#include "host/cli/settings_view.hpp"
#include "host/cli/version.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace patchbay::cli {
namespace {

struct Escape {
  char character;
  std::string_view text;
};

// What would be a command of roff, or come out as another character.
constexpr std::array escapes{Escape{'\\', "\\(rs"},
                             Escape{'-', "\\-"},
                             Escape{'\'', "\\(aq"},
                             Escape{'`', "\\(ga"},
                             Escape{'"', "\\(dq"},
                             Escape{'^', "\\(ha"},
                             Escape{'~', "\\(ti"}};

// The code point at the front, which is valid UTF-8 of more than one byte; takes it off.
std::uint32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  std::uint32_t code_point = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    code_point = code_point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(size);
  return code_point;
}

std::string hex(std::uint32_t number) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[number >> shift & 0xFU];
  return text;
}

std::string escaped(std::string_view text) {
  std::string result;
  // A dot there would begin a command.
  if (text.starts_with('.')) result = "\\&";
  while (!text.empty()) {
    if ((static_cast<unsigned char>(text.front()) & 0x80U) != 0) {
      result += "\\[u" + hex(take_code_point(text)) + "]";
      continue;
    }
    std::string_view written = text.substr(0, 1);
    for (const Escape& escape : escapes) {
      if (escape.character == text.front()) written = escape.text;
    }
    result += written;
    text.remove_prefix(1);
  }
  return result;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

std::string item(std::string_view tag, std::string_view text) {
  return ".TP\n" + std::string(tag) + "\n" + escaped(text) + "\n";
}

std::string option_item(const DescribedOption& option) {
  if (option.is_positional()) return item(italic(option.names.front()), option.help);
  std::string tag;
  for (const std::string& name : option.names) tag += (tag.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) tag += " " + italic(option.value);
  return item(tag, option.help);
}

std::string synopsis(const DescribedCommand& command) {
  std::string line = bold("patchbay " + command.name);
  bool has_options = false;
  std::string positionals;
  for (const DescribedOption& option : command.options) {
    has_options = has_options || !option.is_positional();
    if (option.is_positional()) positionals += " [" + italic(option.names.front()) + "]";
  }
  return line + (has_options ? " [" + italic("OPTIONS") + "]" : "") + positionals;
}

std::string example_block(std::string_view examples) {
  std::string block = ".PP\n.nf\n.RS\n";
  while (!examples.empty()) {
    const std::string_view line = examples.substr(0, examples.find('\n'));
    examples.remove_prefix(std::min(examples.size(), line.size() + 1));
    block += escaped(line.starts_with("  ") ? line.substr(2) : line) + "\n";
  }
  return block + ".RE\n.fi\n";
}

std::string command_section(const DescribedCommand& command) {
  std::string section = ".SS " + bold(command.name) + "\n" + synopsis(command) + "\n.PP\n" +
                        escaped(command.summary) + ".\n";
  for (const DescribedOption& option : command.options) section += option_item(option);
  return section + (command.examples.empty() ? "" : example_block(command.examples));
}

// From the one table of error codes: what each exit code can mean.
std::string exit_section() {
  std::map<int, std::string> meanings{{0, "done"}};
  for (const ErrorDescription& error : error_descriptions()) {
    std::string& meaning = meanings[error.exit_code];
    meaning += (meaning.empty() ? "" : "; ") + std::string(error.meaning);
  }
  std::string section = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : meanings) {
    section += item(bold(std::to_string(code)), meaning + ".");
  }
  return section;
}

std::string environment_section() {
  std::string section = ".SH ENVIRONMENT\n";
  for (const Variable& variable : known_variables()) {
    section += item(bold(variable.name), std::string(variable.help) + ".");
  }
  section += item(bold("NO_COLOR"), "No colours, where it is set to anything.");
  section += item(bold("XDG_CONFIG_HOME") + ", " + bold("XDG_DATA_HOME"),
                  "Where the files are when no folder is named: ~/.config and ~/.local/share where "
                  "these are not set.");
  return section + item(bold("CREDENTIALS_DIRECTORY"),
                        "A file patchbay.vault in it opens the vault: credentials of systemd.");
}

std::string files_section() {
  return ".SH FILES\nAll in the folder that --home or PATCHBAY_HOME names; else patchbay.toml "
         "in\n" +
         italic("~/.config/patchbay") + " and the rest in " + italic("~/.local/share/patchbay") +
         ".\n" +
         item(italic("patchbay.toml"), "Settings, the project's id, the owner's public key.") +
         item(italic("patchbay.db"), "Providers, encrypted keys, and what was tried.") +
         item(italic("service.key"), "Opens the vault: needed to use keys.") +
         item(italic("owner.key"),
              "Signs changes: needed to add keys and to say where they go. The owner's password "
              "can stand in "
              "its place.") +
         item(italic("plugins/"), "Plugins, beside those that came with the program.");
}

}  // namespace

std::string manual_page() {
  const Description program = describe_program();
  std::string page =
      ".\\\" Made by `patchbay man`; tests/hygiene/manual.py --update rewrites it.\n";
  page += ".TH PATCHBAY 1 \"\" \"Patchbay " + std::string(version) + "\" \"User Commands\"\n";
  page += ".SH NAME\npatchbay \\- make images and text with AI providers that come as plugins\n";
  page += ".SH SYNOPSIS\n" + bold("patchbay") + " [" + italic("OPTIONS") + "] " +
          italic("COMMAND") + " ...\n";
  page += ".SH DESCRIPTION\n" +
          escaped(
              "Patchbay finds plugins, keeps a key for each provider encrypted, and sends each "
              "request to the plugin that matches. Results go to standard output, all else to "
              "standard error.") +
          "\n.SH OPTIONS\n" + escaped("They may stand before or after the command.") + "\n";
  for (const DescribedOption& option : program.global) page += option_item(option);
  page += ".SH COMMANDS\n";
  for (const DescribedCommand& command : program.commands) page += command_section(command);
  return page + exit_section() + environment_section() + files_section();
}

}  // namespace patchbay::cli
