#include "host/cli/console.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/cli/error_view.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>
#include <unistd.h>

namespace patchbay::cli {
namespace {

constexpr std::string_view red = "\033[31m";
constexpr std::string_view yellow = "\033[33m";
constexpr std::string_view plain = "\033[0m";
constexpr std::string_view erase_line = "\r\033[K";

json::Value document_of(Error error, const Redactor& redactor) {
  error.message = redactor.redact(error.message);
  error.hint = redactor.redact(error.hint);
  json::Value whole;
  whole.set("error", cli::document_of(error));
  return whole;
}

json::Value said(std::string_view kind, std::string text) {
  json::Value body;
  body.set("message", std::move(text));
  json::Value whole;
  whole.set(kind, std::move(body));
  return whole;
}

}  // namespace

Console::Console(const Redactor& redactor, ConsoleStyle style)
    : redactor_(redactor),
      style_(style),
      shows_status_(style.format == Format::Text && style.verbosity != Verbosity::Quiet &&
                    ::isatty(STDERR_FILENO) == 1),
      stdout_is_terminal_(::isatty(STDOUT_FILENO) == 1) {}

Console::~Console() {
  clear_status();
}

void Console::line(std::string_view text) {
  if (is_json()) return;
  to_stdout(std::string(text) + "\n");
}

// What a provider says must not drive the terminal that it is shown on.
void Console::stream(std::string_view text) {
  if (is_json()) return;
  if (!stdout_is_terminal_) {
    to_stdout(text);
    return;
  }
  std::string safe(text);
  const auto drives_terminal = [](unsigned char c) {
    return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  };
  std::ranges::replace_if(safe, drives_terminal, ' ');
  to_stdout(safe);
}

void Console::document(const json::Value& value) {
  if (!is_json()) return;
  to_stdout(json::write(value, json::Layout::Indented) + "\n");
}

void Console::bytes(std::span<const std::uint8_t> bytes) {
  to_stdout({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void Console::note(std::string_view text) {
  if (is_json() || style_.verbosity == Verbosity::Quiet) return;
  to_stderr(redactor_.redact(text) + "\n");
}

void Console::warning(std::string_view text) {
  if (is_json()) {
    to_stderr(json::write(said("warning", redactor_.redact(text))) + "\n");
    return;
  }
  to_stderr(marked("Warning:", yellow) + " " + redactor_.redact(text) + "\n");
}

void Console::error(const Error& error) {
  if (is_json()) {
    to_stderr(json::write(document_of(error, redactor_)) + "\n");
    return;
  }
  const std::string_view hint =
      error.hint.empty() ? describe(error.code).advice : std::string_view(error.hint);
  to_stderr(marked("Error:", red) + " " + redactor_.redact(error.message) + "\n");
  if (!hint.empty()) to_stderr("  " + redactor_.redact(hint) + "\n");
}

void Console::log(LogLevel level, std::string_view line) {
  const std::string text(line);
  if (is_json()) {
    json::Value whole = said("log", text);
    whole.set("level", to_string(level));
    to_stderr(json::write(whole) + "\n");
    return;
  }
  to_stderr("[" + std::string(to_string(level)) + "] " + text + "\n");
}

void Console::status(std::string_view text) {
  if (!shows_status_) return;
  to_stderr(std::string(erase_line) + printable(text));
  status_shown_ = true;
}

void Console::clear_status() {
  if (!status_shown_) return;
  status_shown_ = false;
  to_stderr(erase_line);
}

Status Console::finish() {
  clear_status();
  // A reader that has seen enough is no failure: `patchbay models | head -1`.
  if (stdout_errno_ == 0 || stdout_errno_ == EPIPE) return {};
  if (stdout_errno_ == EINTR) return Error{ErrorCode::Cancelled, "interrupted while it printed"};
  return Error{ErrorCode::Output,
               "cannot write to stdout: " + std::generic_category().message(stdout_errno_)};
}

void Console::to_stdout(std::string_view text) {
  clear_status();
  if (stdout_errno_ != 0) return;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  stdout_errno_ = write_unless_interrupted(STDOUT_FILENO, {bytes, text.size()});
}

// stderr is the last resort: there is nobody left to tell when it fails.
void Console::to_stderr(std::string_view text) {
  if (status_shown_ && !text.starts_with(erase_line)) {
    status_shown_ = false;
    static_cast<void>(std::fwrite(erase_line.data(), 1, erase_line.size(), stderr));
  }
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
  static_cast<void>(std::fflush(stderr));
}

std::string Console::marked(std::string_view word, std::string_view color) const {
  if (style_.color == Color::No) return std::string(word);
  return std::string(color) + std::string(word) + std::string(plain);
}

}  // namespace patchbay::cli
