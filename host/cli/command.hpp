// What a command is: its words for --help, where its options go, and what it does.
#pragma once

#include "core/base/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace patchbay::cli {

class Context;

// A flag, an option with one value, or one that may be repeated. Values stay text here: the command
// reads them itself, so that every complaint about a value has the same form.
struct Option {
  using Target = std::variant<bool*, std::optional<std::string>*, std::vector<std::string>*>;

  std::string names;  // "--out", "-o,--out"; without dashes: by position
  std::string value;  // what stands for the value in the help, eg "FILE"; empty for flags
  std::string help;
  Target target;
  // What a shell proposes for the value: words separated by spaces, or one of the marks below.
  // Empty: what `value` tells, files for FILE and folders for DIR.
  std::string proposals{};
};
inline constexpr const char* propose_files = "@files";
inline constexpr const char* propose_folders = "@folders";
inline constexpr const char* propose_providers = "@providers";

struct CommandWords {
  std::vector<std::string> path;  // {"key", "add"}
  std::string summary;            // one line
  std::string examples;           // whole lines, shown below the options
};

// One command; run once at most. Its options point into it.
class Command {
 public:
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  [[nodiscard]] virtual CommandWords words() const = 0;
  [[nodiscard]] virtual std::vector<Option> options() { return {}; }
  [[nodiscard]] virtual Status run(Context& context) = 0;
};

using CommandList = std::vector<std::unique_ptr<Command>>;

}  // namespace patchbay::cli
