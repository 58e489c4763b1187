#include "host/cli/credential.hpp"

#include "core/base/file.hpp"
#include "host/cli/console.hpp"
#include "host/cli/secret_command.hpp"
#include "host/cli/terminal.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <span>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

// Room for the limit, an end of line, and one byte that tells that there is more.
constexpr std::size_t read_size_max = credential_size_max + 3;

Result<SecretBytes> read_credential_file(const std::string& path, Console& console) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts = {};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0) {
    return file_error(ErrorCode::BadInput, "open", path, errno);
  }
  if (S_ISREG(facts.st_mode) && (facts.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    console.warning("others can read " + path + ": run `chmod 600 " + path + "`");
  }
  return read_secret(file.get(), read_size_max, path);
}

std::size_t size_without_line_end(std::span<const std::uint8_t> bytes) {
  std::size_t size = bytes.size();
  if (size > 0 && bytes[size - 1] == '\n') --size;
  if (size > 0 && bytes[size - 1] == '\r') --size;
  return size;
}

bool same(const SecretBytes& a, const SecretBytes& b) {
  return a.expose_text() == b.expose_text();
}

}  // namespace

void add_credential_options(std::vector<Option>& options, CredentialArguments& arguments) {
  options.push_back({"--api-key-stdin", "", "Read the key from stdin", &arguments.from_stdin});
  options.push_back({"--api-key-file", "FILE", "Read the key from a file", &arguments.file});
  options.push_back({"--api-key-cmd",
                     "COMMAND",
                     "Take the key that a command prints, eg 'pass show acme'",
                     &arguments.command});
  options.push_back({"--api-key",
                     "KEY",
                     "The key itself; others on this machine may see it, so prefer the above",
                     &arguments.value});
}

Result<bool> names_source(const CredentialArguments& arguments) {
  const std::array<bool, 4> given{arguments.from_stdin,
                                  arguments.file.has_value(),
                                  arguments.command.has_value(),
                                  arguments.value.has_value()};
  const auto count = std::ranges::count(given, true);
  if (count <= 1) return count == 1;
  return Error{ErrorCode::Usage,
               "--api-key-stdin, --api-key-file, --api-key-cmd and --api-key exclude each other"};
}

Result<SecretBytes> checked_credential(SecretBytes raw, CredentialForm form) {
  const std::size_t size = size_without_line_end(raw.expose());
  if (size == 0) return Error{ErrorCode::BadInput, "the key is empty"};
  if (size > credential_size_max) {
    return Error{ErrorCode::BadInput,
                 "the key is longer than " + std::to_string(credential_size_max) + " bytes",
                 "give the key alone, without anything around it"};
  }
  const auto bytes = raw.expose().first(size);
  // A login may come as a JSON object, with whatever space is in it.
  const bool is_object = bytes.front() == '{' && bytes.back() == '}';
  const auto odd = std::ranges::find_if(bytes, [is_object](std::uint8_t byte) {
    const bool is_space = byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
    return (byte <= 0x20 || byte >= 0x7f) && !(is_object && is_space);
  });
  if (form == CredentialForm::Key && odd != bytes.end()) {
    return Error{ErrorCode::BadInput,
                 "character " + std::to_string(odd - bytes.begin() + 1) +
                     " of the key is a space, a control character or not ASCII",
                 "give the key alone, on one line, without anything around it"};
  }
  raw.shrink(size);
  return raw;
}

Result<SecretBytes> read_credential(const CredentialArguments& arguments,
                                    SecretBytes argument,
                                    Console& console) {
  if (arguments.from_stdin) {
    SecretBytes raw = PATCHBAY_TRY(read_secret(STDIN_FILENO, read_size_max, "stdin"));
    return checked_credential(std::move(raw), arguments.form);
  }
  if (arguments.file) {
    SecretBytes raw = PATCHBAY_TRY(read_credential_file(*arguments.file, console));
    return checked_credential(std::move(raw), arguments.form);
  }
  if (arguments.command) {
    SecretBytes raw = PATCHBAY_TRY(secret_of_command(*arguments.command, read_size_max));
    return checked_credential(std::move(raw), arguments.form);
  }
  console.warning(
      "--api-key shows the key to other users of this machine and to the shell's history; prefer "
      "--api-key-stdin, --api-key-file or --api-key-cmd");
  return checked_credential(std::move(argument), arguments.form);
}

Result<SecretBytes> ask_credential(const Terminal& terminal, std::string_view what) {
  for (int tries = 0; tries < prompt_tries_max; ++tries) {
    SecretBytes first = PATCHBAY_TRY(
        terminal.ask_hidden("API key for " + std::string(what) + " (hidden): ", read_size_max));
    const SecretBytes again =
        PATCHBAY_TRY(terminal.ask_hidden("The same key again: ", read_size_max));
    if (!same(first, again)) {
      terminal.say("The two do not match. Try again.\n");
      continue;
    }
    auto checked = checked_credential(std::move(first));
    if (checked.ok()) return checked;
    terminal.say(checked.error().message + ". Try again.\n");
  }
  return Error{
      ErrorCode::BadInput,
      "no key was given in " + std::to_string(prompt_tries_max) + " tries; nothing was stored"};
}

}  // namespace patchbay::cli
