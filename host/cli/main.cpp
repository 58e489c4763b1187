// The `patchbay` program: the only code that prints, reads a terminal, and exits.
#include "core/base/clock.hpp"
#include "core/base/redactor.hpp"
#include "core/net/wiping_allocator.hpp"
#include "host/check/check.hpp"
#include "host/cli/command_line.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/process.hpp"
#include "host/vault/vault.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdlib.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

ConsoleStyle style_of(const GlobalArguments& global) {
  ConsoleStyle style;
  if (global.json) style.format = Format::Json;
  if (global.verbose) style.verbosity = Verbosity::Verbose;
  if (global.quiet) style.verbosity = Verbosity::Quiet;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet.
  const char* no_color = ::getenv("NO_COLOR");
  const bool is_plain = global.no_color || (no_color != nullptr && *no_color != '\0');
  if (!is_plain && ::isatty(STDERR_FILENO) == 1) style.color = Color::Yes;
  return style;
}

Status run_line(Context& context, const ParsedLine& line) {
  if (line.command != nullptr) return line.command->run(context);
  const auto* words = reinterpret_cast<const std::uint8_t*>(line.text.data());
  context.console().bytes({words, line.text.size()});
  return {};
}

// The errors that come before there is anything to run.
Result<ParsedLine> read_line(std::span<char*> argv,
                             const CommandList& commands,
                             GlobalArguments& global,
                             const Result<ProcessFacts>& process,
                             const Result<SecretBytes>& api_key) {
  auto line = parse_command_line(argv, commands, global);
  if (!process.ok()) return process.error();
  if (!api_key.ok()) return api_key.error();
  return line;
}

int exit_code_of(Console& console, const Status& status) {
  if (status.ok()) return 0;
  console.error(status.error());
  return describe(status.error().code).exit_code;
}

int run_program(std::span<char*> argv) {
  const auto process = harden_process();
  auto api_key = take_api_key(argv);
  auto environment_key = host::take_environment_key();
  const CommandList commands = all_commands();
  GlobalArguments global;
  const auto line = read_line(argv, commands, global, process, api_key);
  if (!line.ok()) global.json = asks_for_json(argv);
  Redactor redactor;
  Console console(redactor, style_of(global));
  if (!line.ok()) return exit_code_of(console, line.error());

  const SystemClock clock;
  if (!environment_key.ok()) return exit_code_of(console, environment_key.error());
  Context context({console, redactor, clock, global, process.value()},
                  {std::move(api_key).value(), std::move(environment_key).value()});
  Status status = context.hide_environment_key();
  if (status.ok()) status = run_line(context, line.value());
  const Status printed = console.finish();
  if (status.ok()) status = printed;
  // The context lives until here, and with it what the redactor must hide.
  return status.ok() ? context.exit_code() : exit_code_of(console, status);
}

}  // namespace
}  // namespace patchbay::cli

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  // One check of a plugin, in a process that has nothing of a home.
  if (arguments.size() > 1 && arguments[1] == patchbay::check::child_command)
    return patchbay::check::run_child(arguments.subspan(2));
  // Where it is refused, libcurl's memory stays as it is anywhere else.
  static_cast<void>(patchbay::net::use_wiping_allocator());
  return patchbay::cli::run_program(arguments);
}
