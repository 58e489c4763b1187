#include "host/cli/password.hpp"

#include "core/base/file.hpp"
#include "host/cli/credential.hpp"
#include "host/cli/terminal.hpp"
#include "host/vault/slots.hpp"

#include <cerrno>
#include <string>
#include <unistd.h>

namespace patchbay::cli {

Result<SecretBytes> read_password_line() {
  SecretBytes line = PATCHBAY_TRY(SecretBytes::allocate(password_size_max));
  std::size_t size = 0;
  while (true) {
    char byte = 0;
    const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error(ErrorCode::BadInput, "read", "stdin", errno);
    if (count == 0 || byte == '\n') break;
    if (size == password_size_max)
      return Error{ErrorCode::BadInput,
                   "the password is longer than " + std::to_string(password_size_max) + " bytes",
                   "give it alone, on the first line"};
    line.expose()[size++] = static_cast<std::uint8_t>(byte);
  }
  if (size > 0 && line.expose()[size - 1] == '\r') --size;
  if (size == 0)
    return Error{ErrorCode::BadInput,
                 "the password is empty",
                 "--owner-password-stdin takes the first line of standard input"};
  line.shrink(size);
  return line;
}

Result<SecretBytes> ask_password() {
  if (!someone_is_there())
    return Error{ErrorCode::NotAllowed,
                 "this change needs the owner's password, and there is nobody to ask",
                 "give it on standard input with --owner-password-stdin"};
  const Terminal terminal = PATCHBAY_TRY(Terminal::open());
  return terminal.ask_hidden("Owner's password (hidden): ", password_size_max);
}

Result<SecretBytes> ask_new_password(std::string_view whose) {
  const Terminal terminal = PATCHBAY_TRY(Terminal::open());
  for (int tries = 0; tries < prompt_tries_max; ++tries) {
    SecretBytes first = PATCHBAY_TRY(terminal.ask_hidden(
        std::string(whose) + " password (hidden; empty: a key file instead): ", password_size_max));
    if (first.empty()) return first;
    const Status strong = host::check_password(first);
    if (!strong.ok()) {
      terminal.say(strong.error().message + ". Try again.\n");
      continue;
    }
    const SecretBytes again =
        PATCHBAY_TRY(terminal.ask_hidden("The same password again: ", password_size_max));
    if (first.expose_text() == again.expose_text()) return first;
    terminal.say("The two do not match. Try again.\n");
  }
  return Error{ErrorCode::BadInput,
               "no password was given in " + std::to_string(prompt_tries_max) + " tries"};
}

}  // namespace patchbay::cli
