#include "host/worker/denied_call.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace patchbay::host {
namespace {

struct Call {
  std::uint32_t number;
  const char* name;
};
constexpr std::array calls{
    Call{SYS_socket, "socket"},
    Call{SYS_socketpair, "socketpair"},
    Call{SYS_connect, "connect"},
    Call{SYS_sendto, "sendto"},
    Call{SYS_openat, "openat"},
    Call{SYS_read, "read"},
    Call{SYS_write, "write"},
    Call{SYS_close, "close"},
    Call{SYS_ioctl, "ioctl"},
    Call{SYS_clone, "clone"},
    Call{SYS_clone3, "clone3"},
    Call{SYS_execve, "execve"},
    Call{SYS_kill, "kill"},
    Call{SYS_getppid, "getppid"},
    Call{SYS_dup, "dup"},
    Call{SYS_tgkill, "tgkill"},
    Call{SYS_ptrace, "ptrace"},
    Call{SYS_process_vm_readv, "process_vm_readv"},
    Call{SYS_rt_sigaction, "rt_sigaction"},
    Call{SYS_clock_nanosleep, "clock_nanosleep"},
    Call{SYS_nanosleep, "nanosleep"},
    Call{SYS_mmap, "mmap"},
    Call{SYS_mprotect, "mprotect"},
    Call{SYS_memfd_create, "memfd_create"},
    Call{SYS_chdir, "chdir"},
    Call{SYS_prctl, "prctl"},
    Call{SYS_bpf, "bpf"},
    Call{SYS_unlinkat, "unlinkat"},
#ifdef SYS_fork
    Call{SYS_fork, "fork"},
    Call{SYS_vfork, "vfork"},
    Call{SYS_open, "open"},
    Call{SYS_unlink, "unlink"},
#endif
};

}  // namespace

std::string name_of_call(std::uint32_t number) {
  const auto* const found = std::find_if(
      calls.begin(), calls.end(), [&](const Call& call) { return call.number == number; });
  return found != calls.end() ? found->name : "system call " + std::to_string(number);
}

}  // namespace patchbay::host
