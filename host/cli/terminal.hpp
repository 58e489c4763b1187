// Talking with the person at the terminal, also when stdin and stdout are pipes.
#pragma once

#include "core/base/file.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <string>
#include <string_view>

namespace patchbay::cli {

// True where stdin is a terminal: someone can be asked.
[[nodiscard]] bool someone_is_there();

// SIGINT, SIGTERM and SIGHUP during a question give Cancelled, with the terminal as it was before.
class Terminal {
 public:
  // /dev/tty, else stdin where that is a terminal. Errors: Usage.
  [[nodiscard]] static Result<Terminal> open();

  void say(std::string_view text) const;
  // A line, trimmed. Errors: Cancelled, also at the end of input.
  [[nodiscard]] Result<std::string> ask(std::string_view question) const;
  // Only "y" and "yes" count as agreement.
  [[nodiscard]] Result<bool> confirm(std::string_view question) const;
  // A line that is not shown, at most `size_max` bytes; it never leaves guarded memory.
  [[nodiscard]] Result<SecretBytes> ask_hidden(std::string_view question,
                                               std::size_t size_max) const;

 private:
  explicit Terminal(FileDescriptor device) : device_(std::move(device)) {}
  FileDescriptor device_;
};

}  // namespace patchbay::cli
