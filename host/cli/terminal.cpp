#include "host/cli/terminal.hpp"

#include "core/base/text.hpp"

#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::size_t answer_size_max = 1024;  // bytes of a visible line
constexpr char erase_character = '\x7f';
constexpr char backspace = '\b';
constexpr char erase_all = '\x15';     // ^U
constexpr char end_of_input = '\x04';  // ^D

Error interrupted() {
  return Error{ErrorCode::Cancelled, "interrupted"};
}

// Signals that would end the program wait in a descriptor while a question is open, so that the
// terminal can be put back first.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
    descriptor_ = FileDescriptor(::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() {
    // What arrived was the answer to the question: it must not end the program a second time.
    signalfd_siginfo taken = {};
    while (::read(descriptor_.get(), &taken, sizeof taken) == sizeof taken) continue;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  sigset_t before_{};
  FileDescriptor descriptor_;
};

// No echo, no line editing by the kernel (its lines end at 4095 bytes), no suspending in between.
class HiddenInput {
 public:
  explicit HiddenInput(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL | ICANON | IEXTEN);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    hidden.c_cc[VSUSP] = _POSIX_VDISABLE;
    active_ = ::tcsetattr(terminal_, TCSAFLUSH, &hidden) == 0;
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;
  ~HiddenInput() {
    if (active_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool active() const { return active_; }

 private:
  int terminal_;
  termios before_{};
  bool active_ = false;
};

// What an erasing character leaves; nothing where it is no such character.
std::optional<std::size_t> size_after_erasing(char typed, std::size_t size) {
  if (typed == erase_all) return 0;
  if (typed != erase_character && typed != backspace) return std::nullopt;
  return size - std::min<std::size_t>(size, 1);
}

// One byte, or Cancelled at the end of input.
Result<char> read_byte(int terminal, const HeldSignals& signals) {
  std::array<pollfd, 2> waiting{{{terminal, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}}};
  while (::poll(waiting.data(), waiting.size(), -1) < 0) {
    if (errno != EINTR) return interrupted();
  }
  if (waiting[1].revents != 0) return interrupted();
  char byte = 0;
  if (::read(terminal, &byte, 1) != 1) return interrupted();
  return byte;
}

}  // namespace

bool someone_is_there() {
  return ::isatty(STDIN_FILENO) == 1;
}

Result<Terminal> Terminal::open() {
  FileDescriptor device(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!device.is_open() && ::isatty(STDIN_FILENO) == 1) {
    device = FileDescriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  }
  if (device.is_open()) return Terminal(std::move(device));
  return Error{ErrorCode::Usage,
               "there is no terminal to ask at",
               "give what is needed by options: see --help"};
}

void Terminal::say(std::string_view text) const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  static_cast<void>(write_all(device_.get(), {bytes, text.size()}, "/dev/tty"));
}

Result<std::string> Terminal::ask(std::string_view question) const {
  const HeldSignals signals;
  say(question);
  std::string line;
  while (true) {
    const auto byte = read_byte(device_.get(), signals);
    if (!byte.ok()) {
      say("\n");
      return byte.error();
    }
    if (byte.value() == '\n') return std::string(trimmed(line));
    if (line.size() < answer_size_max) line.push_back(byte.value());
  }
}

Result<bool> Terminal::confirm(std::string_view question) const {
  const std::string answer = lower_case(PATCHBAY_TRY(ask(std::string(question) + " [y/N] ")));
  return answer == "y" || answer == "yes";
}

Result<SecretBytes> Terminal::ask_hidden(std::string_view question, std::size_t size_max) const {
  SecretBytes line = PATCHBAY_TRY(SecretBytes::allocate(size_max));
  const HeldSignals signals;
  const HiddenInput hidden(device_.get());
  if (!hidden.active()) {
    return Error{ErrorCode::Usage,
                 "the terminal cannot hide what is typed",
                 "pass the key with --api-key-stdin or --api-key-file"};
  }
  say(question);
  std::size_t size = 0;
  while (true) {
    const auto byte = read_byte(device_.get(), signals);
    if (!byte.ok() || byte.value() == end_of_input) {
      say("\n");
      return interrupted();
    }
    const char typed = byte.value();
    if (typed == '\n' || typed == '\r') break;
    if (const auto left = size_after_erasing(typed, size)) {
      size = *left;
    } else if (size == size_max) {
      say("\n");
      return Error{ErrorCode::BadInput,
                   "what was typed is longer than " + std::to_string(size_max) + " bytes"};
    } else {
      line.expose()[size++] = static_cast<std::uint8_t>(typed);
    }
  }
  say("\n");
  line.shrink(size);
  return line;
}

}  // namespace patchbay::cli
