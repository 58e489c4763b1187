#include "host/cli/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace patchbay::cli {
namespace {

Error refused(const char* what) {
  return Error{
      ErrorCode::Internal,
      std::string("the system refuses ") + what + ": " + std::generic_category().message(errno)};
}

Status open_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // open() takes the lowest free number, which is this one: the lower ones are open.
    if (::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) != fd) {
      return refused("to open /dev/null");
    }
  }
  return {};
}

extern "C" void exit_interrupted(int) {
  ::_exit(130);
}

// Until an event loop takes the signals over there is nothing to clean up.
Status set_signals() {
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  struct sigaction leave = {};
  leave.sa_handler = exit_interrupted;
  if (::sigaction(SIGPIPE, &ignore, nullptr) != 0) return refused("to ignore SIGPIPE");
  // A limit on the size of files is then told like a full disk, by the write that meets it.
  if (::sigaction(SIGXFSZ, &ignore, nullptr) != 0) return refused("to ignore SIGXFSZ");
  if (::sigaction(SIGINT, &leave, nullptr) != 0) return refused("to handle SIGINT");
  return {};
}

}  // namespace

Result<ProcessFacts> harden_process() {
  PATCHBAY_TRY(open_standard_descriptors());
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return refused("to switch core dumps off");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused("to make the process undumpable");
  PATCHBAY_TRY(set_signals());
  return ProcessFacts{::umask(077)};
}

Exposure look_at_exposure() {
  Exposure exposure;
  rlimit core{};
  exposure.dumps_core = ::getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0;
  exposure.is_dumpable = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
  return exposure;
}

}  // namespace patchbay::cli
