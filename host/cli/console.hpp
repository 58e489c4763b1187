// Everything that the program says: results on stdout, the rest on stderr.
#pragma once

#include "core/base/log.hpp"
#include "core/base/redactor.hpp"
#include "core/base/result.hpp"
#include "core/json/value.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::cli {

enum class Format : std::uint8_t { Text, Json };
enum class Verbosity : std::uint8_t { Quiet, Normal, Verbose };
enum class Color : std::uint8_t { No, Yes };

struct ConsoleStyle {
  Format format = Format::Text;
  Verbosity verbosity = Verbosity::Normal;
  Color color = Color::No;
};

// Redacts what goes to stderr. In JSON form each line of stderr is a document of its own, and
// stdout holds one document.
class Console {
 public:
  Console(const Redactor& redactor, ConsoleStyle style);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console();

  [[nodiscard]] bool is_json() const { return style_.format == Format::Json; }
  [[nodiscard]] Verbosity verbosity() const { return style_.verbosity; }

  // A line of the result for people; nothing in JSON form.
  void line(std::string_view text);
  // Text of the result as it comes, without an end of line; nothing in JSON form.
  void stream(std::string_view text);
  // The result for programs; nothing in text form.
  void document(const json::Value& value);
  // The bytes themselves, in either form.
  void bytes(std::span<const std::uint8_t> bytes);
  // For people who look on; nothing when quiet or in JSON form.
  void note(std::string_view text);
  void warning(std::string_view text);
  void error(const Error& error);
  void log(LogLevel level, std::string_view line);

  // A line that the next one overwrites, where stderr is a terminal that someone looks at.
  [[nodiscard]] bool shows_status() const { return shows_status_; }
  void status(std::string_view text);
  void clear_status();

  // Whether all of stdout was taken; the error names why not.
  [[nodiscard]] Status finish();

 private:
  void to_stdout(std::string_view text);
  void to_stderr(std::string_view text);
  [[nodiscard]] std::string marked(std::string_view word, std::string_view color) const;

  const Redactor& redactor_;
  ConsoleStyle style_;
  bool shows_status_ = false;
  bool stdout_is_terminal_ = false;
  bool status_shown_ = false;
  int stdout_errno_ = 0;
};

}  // namespace patchbay::cli
