#include "host/worker/program/syscall_filter.hpp"

#include "host/worker/program/channel.hpp"
#include "host/worker/wire.hpp"

#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <memory>
#include <seccomp.h>
#include <span>
#include <unistd.h>

namespace patchbay::worker {
namespace {

// Runs where anything may be broken: nothing is allocated.
[[noreturn]] void tell_and_end(int /*signal*/, siginfo_t* info, void* /*context*/) {
  struct {
    host::wire::Head head{sizeof(std::uint32_t),
                          static_cast<std::uint32_t>(host::wire::Kind::Denied)};
    std::uint32_t call = 0;
  } frame;
  frame.call = static_cast<std::uint32_t>(info->si_syscall);
  // Whether it arrives or not, this is the end.
  [[maybe_unused]] const ssize_t sent = write(channel_descriptor, &frame, sizeof(frame));
  _exit(1);
}

class Filter {
 public:
  Filter() : rules_(seccomp_init(SCMP_ACT_TRAP)) {
    // New privileges were given up before, and asking again is a call that is not left.
    if (rules_ != nullptr) keep(seccomp_attr_set(get(), SCMP_FLTATR_CTL_NNP, 0));
  }

  void allow(std::span<const int> calls) {
    for (const int call : calls)
      keep(seccomp_rule_add_array(get(), SCMP_ACT_ALLOW, call, 0, nullptr));
  }
  void allow(int call, std::initializer_list<scmp_arg_cmp> arguments) {
    keep(seccomp_rule_add_array(
        get(), SCMP_ACT_ALLOW, call, static_cast<unsigned>(arguments.size()), arguments.begin()));
  }
  // Empty: in force.
  [[nodiscard]] std::string load() {
    if (rules_ == nullptr) return "seccomp_init failed";
    if (problem_ == 0) problem_ = seccomp_load(get());
    return problem_ == 0 ? "" : std::string("seccomp: ") + std::strerror(-problem_);
  }

 private:
  [[nodiscard]] scmp_filter_ctx get() const { return rules_.get(); }
  void keep(int result) {
    if (problem_ == 0 && result != 0) problem_ = result;
  }

  struct Release {
    void operator()(void* rules) const { seccomp_release(rules); }
  };
  std::unique_ptr<void, Release> rules_;
  int problem_ = 0;  // 0, or a negative errno value
};

// Computing, memory, and the end.
constexpr std::array harmless{SCMP_SYS(brk),
                              SCMP_SYS(munmap),
                              SCMP_SYS(mremap),
                              SCMP_SYS(madvise),
                              SCMP_SYS(futex),
                              SCMP_SYS(sched_yield),
                              SCMP_SYS(clock_gettime),
                              SCMP_SYS(getrandom),
                              SCMP_SYS(rt_sigreturn),
                              SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(getpid),
                              SCMP_SYS(gettid),
                              SCMP_SYS(restart_syscall),
                              SCMP_SYS(exit),
                              SCMP_SYS(exit_group)};

void allow_harmless(Filter& filter) {
  filter.allow(harmless);
  // abort() sends the process a signal of its own.
  filter.allow(SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))});
  filter.allow(SCMP_SYS(write), {SCMP_A0(SCMP_CMP_EQ, channel_descriptor)});
}

}  // namespace

std::string report_denied_calls() {
  struct sigaction action{};
  action.sa_sigaction = &tell_and_end;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0)
    return std::string("sigaction: ") + std::strerror(errno);
  return {};
}

std::string filter_for_loading() {
  constexpr std::array to_map{SCMP_SYS(read),
                              SCMP_SYS(pread64),
                              SCMP_SYS(close),
                              SCMP_SYS(lseek),
                              SCMP_SYS(fstat),
                              SCMP_SYS(newfstatat),
                              SCMP_SYS(mmap),
                              SCMP_SYS(mprotect),
                              SCMP_SYS(seccomp)};
  constexpr scmp_datum_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  Filter filter;
  allow_harmless(filter);
  filter.allow(to_map);
  filter.allow(SCMP_SYS(openat), {SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)});
  return filter.load();
}

std::string filter_for_running() {
  Filter filter;
  allow_harmless(filter);
  filter.allow(SCMP_SYS(read), {SCMP_A0(SCMP_CMP_EQ, channel_descriptor)});
  filter.allow(SCMP_SYS(mmap), {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
  filter.allow(SCMP_SYS(mprotect), {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
  return filter.load();
}

}  // namespace patchbay::worker
