#include "host/check/system_call_trap.hpp"

#include "host/check/heap.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace patchbay::check {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#endif

constexpr std::array allowed{SYS_brk,
                             SYS_mmap,
                             SYS_munmap,
                             SYS_mremap,
                             SYS_madvise,
                             SYS_mprotect,
                             SYS_futex,
                             SYS_rt_sigreturn,
                             SYS_rt_sigprocmask,
                             SYS_exit,
                             SYS_exit_group};

struct CallName {
  long number;
  std::string_view name;
};
constexpr std::array known_calls{
    CallName{SYS_openat, "openat"},
    CallName{SYS_read, "read"},
    CallName{SYS_write, "write"},
    CallName{SYS_close, "close"},
    CallName{SYS_socket, "socket"},
    CallName{SYS_connect, "connect"},
    CallName{SYS_clone, "clone"},
    CallName{SYS_clone3, "clone3"},
    CallName{SYS_execve, "execve"},
    CallName{SYS_getpid, "getpid"},
    CallName{SYS_kill, "kill"},
    CallName{SYS_ptrace, "ptrace"},
    CallName{SYS_clock_gettime, "clock_gettime"},
    CallName{SYS_getrandom, "getrandom"},
    CallName{SYS_nanosleep, "nanosleep"},
    CallName{SYS_unlinkat, "unlinkat"},
#if defined(__x86_64__)
    CallName{SYS_open, "open"},
    CallName{SYS_fork, "fork"},
    CallName{SYS_vfork, "vfork"},
#endif
};

// Writes a finding without the heap, which may be in any state, and ends.
void report_call(int, siginfo_t* info, void*) {
  std::array<char, 160> text{};
  std::size_t size = 0;
  const auto put = [&](std::string_view part) {
    for (const char c : part)
      if (size < text.size()) text[size++] = c;
  };
  put("=fail it asks the kernel for ");
  bool known = false;
  for (const CallName& call : known_calls)
    if (call.number == info->si_syscall) put(call.name), known = true;
  if (!known) {
    put("call ");
    std::array<char, 12> digits{};
    std::size_t count = 0;
    for (int rest = info->si_syscall; count == 0 || rest > 0; rest /= 10)
      digits[count++] = static_cast<char>('0' + (rest % 10));
    while (count > 0) put({&digits[--count], 1});
  }
  put("\n");
  static_cast<void>(::write(answer_descriptor, text.data(), size));
  ::_exit(0);
}

std::vector<sock_filter> filter() {
  const auto load = [](std::size_t offset) -> sock_filter {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  };
  const auto answer = [](std::uint32_t value) -> sock_filter {
    return BPF_STMT(BPF_RET | BPF_K, value);
  };
  const auto unless = [](std::uint32_t value, std::uint8_t skip) -> sock_filter {
    return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
  };
  std::vector<sock_filter> out{load(offsetof(seccomp_data, arch)),
                               BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
                               answer(SECCOMP_RET_TRAP),
                               load(offsetof(seccomp_data, nr))};
  for (const long number : allowed) {
    out.push_back(unless(static_cast<std::uint32_t>(number), 1));
    out.push_back(answer(SECCOMP_RET_ALLOW));
  }
  // Writing, to the descriptor that the finding goes to; its low half is enough to tell.
  out.push_back(unless(SYS_write, 4));
  out.push_back(load(offsetof(seccomp_data, args)));
  out.push_back(unless(answer_descriptor, 1));
  out.push_back(answer(SECCOMP_RET_ALLOW));
  out.push_back(load(offsetof(seccomp_data, nr)));
  out.push_back(answer(SECCOMP_RET_TRAP));
  return out;
}

}  // namespace

std::string trap_system_calls() {
  if (!heap_is_countable()) return "a build with sanitizers asks the kernel for more";
  struct sigaction action{};
  action.sa_sigaction = report_call;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return "SIGSYS cannot be handled here";
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no_new_privs cannot be set here";
  std::vector<sock_filter> program = filter();
  const sock_fprog filter_program = {static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter_program) != 0)
    return std::string("this kernel has no seccomp: ") + std::strerror(errno);
  return {};
}

}  // namespace patchbay::check
