// Recorded traffic, which is not part of this tree: PATCHBAY_FIXTURES, set by tests/fixtures.cmake
// where nobody set it. A test that needs some of it skips without, and says so.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace patchbay::test {

// A path that does not exist where no folder was named.
inline std::filesystem::path fixtures() {
  const char* named =
      std::getenv("PATCHBAY_FIXTURES");  // NOLINT(concurrency-mt-unsafe): before any thread
  return named != nullptr && *named != '\0' ? named : "PATCHBAY_FIXTURES-is-not-set";
}

}  // namespace patchbay::test

// Skips the running test, saying why, where the fixture is not on this machine.
#define PATCHBAY_NEEDS_FIXTURE(path)                                                           \
  if (!std::filesystem::exists(path))                                                          \
  GTEST_SKIP() << "NO FIXTURE " << (path).string() << ": set PATCHBAY_FIXTURES to the folder " \
               << "of recorded fixtures"
