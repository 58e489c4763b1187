// One process for one check, with nothing of this one's: watched, timed, and ended.
#pragma once

#include "core/base/result.hpp"
#include "host/check/check.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::check {

struct ChildOptions {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // argv after the program's name
  std::vector<std::string> environment;  // all of it
  std::filesystem::path folder;          // where it runs
  std::chrono::milliseconds time_max{0};
};

// What it answered; Crash where it ended without an answer, Timeout where it did not end. Errors:
// Internal where no process can be started.
[[nodiscard]] Result<Finding> run_in_child(const ChildOptions& options);

}  // namespace patchbay::check
