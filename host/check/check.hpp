// Conformance of a plugin: what must hold, tried one by one, each in a process of its own.
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::check {

enum class Verdict : std::uint8_t {
  Pass,
  Warn,     // works, and should be changed
  Fail,     // what must hold does not
  Crash,    // the process that tried it ended by itself
  Timeout,  // or did not end
  Skip,     // not tried: the detail says why
};
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;  // "pass", …

// What one check found out.
struct Finding {
  Verdict verdict = Verdict::Pass;
  std::string detail;  // what was seen, and where; may be empty where it passes
};

class Subject;

// How much of the plugin must be in order before it makes sense to try.
enum class Needs : std::uint8_t {
  Nothing,
  File,
  Manifest,
  Loading,  // that it loads; the check does it itself
  Module,
  AllBelow,  // that no check of a lower level fails
};

struct Check {
  std::string_view name;  // what --only takes
  unsigned level = 0;     // 1 to level_max
  Needs needs = Needs::Module;
  std::string_view law;  // what must hold, as a sentence about the plugin
  Finding (*run)(Subject& subject) = nullptr;
};

inline constexpr unsigned level_max = 7;
// 1 file, 2 loading, 3 sessions, 4 answers, 5 laws of cutting and versions, 6 secrets, 7 fuzzing
[[nodiscard]] std::string_view level_name(unsigned level) noexcept;
[[nodiscard]] std::span<const Check> all_checks();

struct CheckOptions {
  std::filesystem::path plugin;
  std::optional<std::filesystem::path> cassettes;  // a file, or a folder of them
  std::vector<std::string> only;                   // names; empty: all
  std::uint64_t seed = 1;
  unsigned fuzz_rounds = 2'000;
  std::chrono::milliseconds time_max{60'000};  // of one check
  std::filesystem::path program;               // that run_child() is reached by
};

struct CheckResult {
  const Check* check = nullptr;
  Finding finding;
  std::chrono::milliseconds duration{0};
};

struct CheckReport {
  std::vector<CheckResult> results;
  unsigned level = 0;  // that it reaches: all checks up to it hold

  [[nodiscard]] bool holds() const;  // nothing failed
};

// Tries them in order; `on_result` is called after each. Errors: Usage for an unknown name,
// BadInput for cassettes that cannot be read, Internal where no process can be started.
[[nodiscard]] Result<CheckReport> check_plugin(
    const CheckOptions& options, const std::function<void(const CheckResult&)>& on_result);

// Writes the transcript that each cassette gives now, where it has none yet: their names. Errors:
// as above, and Plugin where the plugin does not get that far.
[[nodiscard]] Result<std::string> write_missing_transcripts(const CheckOptions& options);

// ---- the other side: the program that was started for one check

inline constexpr std::string_view child_command = "plugin-check-child";
// The environment of such a process holds a secret under this name that no plugin is to find.
inline constexpr const char* canary_variable = "PATCHBAY_CANARY_KEY";
// argv after `child_command`. Runs one check and answers on descriptor 3; the exit code.
[[nodiscard]] int run_child(std::span<char* const> arguments);

}  // namespace patchbay::check
