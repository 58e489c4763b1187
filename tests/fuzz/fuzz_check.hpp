// Stops a fuzz target where something that must hold does not.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace patchbay::fuzz {

inline void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace patchbay::fuzz
