// Turns argv into the command that was meant, with its options filled in.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "host/cli/command.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

// What stands before or after any command.
struct GlobalArguments {
  std::optional<std::string> home;
  std::optional<std::string> database;
  std::optional<std::string> environment;
  std::optional<std::string> user;
  std::optional<std::string> service_key_file;
  std::optional<std::string> owner_key_file;
  bool owner_password_from_stdin = false;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool no_color = false;
};

// Either a command to run, or words to print (help, version).
struct ParsedLine {
  Command* command = nullptr;  // one of the list's
  std::string text;            // where there is no command
};

// The value of --api-key, taken out of argv, which it leaves blanked for everyone who lists
// processes. Empty where the option is not there.
[[nodiscard]] Result<SecretBytes> take_api_key(std::span<char*> argv);

// Whether errors of the line itself are to be printed as JSON.
[[nodiscard]] bool asks_for_json(std::span<char* const> argv);

[[nodiscard]] std::vector<Option> global_options(GlobalArguments& global);

// Errors: Usage, with the nearest command or option that there is.
[[nodiscard]] Result<ParsedLine> parse_command_line(std::span<char* const> argv,
                                                    const CommandList& commands,
                                                    GlobalArguments& global);

}  // namespace patchbay::cli
