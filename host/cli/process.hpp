// What the program does to its own process before anything else.
#pragma once

#include "core/base/result.hpp"

#include <sys/types.h>

namespace patchbay::cli {

struct ProcessFacts {
  mode_t umask = 0022;  // as the caller had it: it still rules the files made for them
};

// No core dumps, no tracing by others, no world-readable files; closed standard descriptors opened
// on /dev/null, so that no file of ours gets their numbers; SIGPIPE ignored; an early ^C exits 130.
// Errors: Internal, naming what the system refused.
[[nodiscard]] Result<ProcessFacts> harden_process();

// What others could see of this process's memory.
struct Exposure {
  bool dumps_core = true;
  bool is_dumpable = true;
};
[[nodiscard]] Exposure look_at_exposure();

}  // namespace patchbay::cli
