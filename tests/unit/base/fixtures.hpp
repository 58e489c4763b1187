// Where the recorded fixtures are: PATCHBAY_FIXTURES, else beside the source tree.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace patchbay::test {

inline std::filesystem::path fixtures() {
  const char* named = std::getenv("PATCHBAY_FIXTURES");
  if (named != nullptr && *named != '\0') return named;
  const char* source = std::getenv("PATCHBAY_SOURCE_DIR");
  const std::filesystem::path root = source != nullptr && *source != '\0' ? source : ".";
  return root / ".." / "shared" / "fixtures";
}

}  // namespace patchbay::test

// Skips the running test, saying why, where the fixture is not on this machine.
#define PATCHBAY_NEEDS_FIXTURE(path)                                                    \
  if (!std::filesystem::exists(path))                                                   \
  GTEST_SKIP() << "no fixture " << (path).string() << ": set PATCHBAY_FIXTURES to the " \
               << "folder of recorded fixtures"
