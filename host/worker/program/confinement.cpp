#include "host/worker/program/confinement.hpp"

#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace patchbay::worker {
namespace {

constexpr rlim_t memory_max = rlim_t{512} << 20U;  // bytes of address space
constexpr rlim_t descriptors_max = 16;

// Where the dynamic linker finds what a plugin needs.
constexpr std::array library_places{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"};

std::string because(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

// Rights that kernels gained later stay away from older ones.
std::uint64_t file_rights_of(int version) {
  std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;  // all of version 1
  if (version >= 2) rights |= std::uint64_t{1} << 13U;             // REFER
  if (version >= 3) rights |= std::uint64_t{1} << 14U;             // TRUNCATE
  if (version >= 5) rights |= std::uint64_t{1} << 15U;             // IOCTL_DEV
  return rights;
}

// struct landlock_ruleset_attr as the newest kernel knows it: headers may be older.
struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t net = 0;
  std::uint64_t scoped = 0;
};

std::string allow(int rules, int place, std::uint64_t rights) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = place;
  if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return because("landlock_add_rule");
  return {};
}

std::string allow_all(int rules, int plugin) {
  const std::uint64_t file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
  for (const char* path : library_places) {
    const int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) continue;  // not every system has each
    const bool is_folder = std::strchr(path, '.') == nullptr;
    std::string problem =
        allow(rules, place, is_folder ? file | LANDLOCK_ACCESS_FS_READ_DIR : file);
    close(place);
    if (!problem.empty()) return problem;
  }
  return allow(rules, plugin, file);
}

}  // namespace

std::string drop_privileges() {
  // A host that is gone needs no worker.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return because("prctl(PR_SET_PDEATHSIG)");
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return because("prctl(PR_SET_DUMPABLE)");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return because("prctl(PR_SET_NO_NEW_PRIVS)");
  return {};
}

std::string limit_resources() {
  struct Limit {
    __rlimit_resource resource;
    rlim_t value;
  };
  constexpr std::array limits{Limit{RLIMIT_CORE, 0},
                              Limit{RLIMIT_FSIZE, 0},
                              Limit{RLIMIT_MEMLOCK, 0},
                              Limit{RLIMIT_MSGQUEUE, 0},
                              Limit{RLIMIT_NOFILE, descriptors_max},
                              Limit{RLIMIT_AS, memory_max}};
  for (const auto& [resource, value] : limits) {
    const rlimit limit{value, value};
    if (setrlimit(resource, &limit) != 0) return because("setrlimit");
  }
  return {};
}

FileRules restrict_files(int plugin) {
  FileRules result;
  const long version = syscall(
      SYS_landlock_create_ruleset, nullptr, 0, std::uint32_t{LANDLOCK_CREATE_RULESET_VERSION});
  if (version <= 0) {
    result.problem = because("this kernel has no Landlock");
    return result;
  }
  Ruleset wanted;
  wanted.files = file_rights_of(static_cast<int>(version));
  std::size_t size = sizeof(wanted.files);
  if (version >= 4) {
    wanted.net = 3;  // bind and connect
    size += sizeof(wanted.net);
  }
  if (version >= 6) {
    wanted.scoped = 3;  // abstract sockets and signals of others
    size += sizeof(wanted.scoped);
  }
  const long rules = syscall(SYS_landlock_create_ruleset, &wanted, size, 0);
  if (rules < 0) {
    result.problem = because("landlock_create_ruleset");
    return result;
  }
  result.problem = allow_all(static_cast<int>(rules), plugin);
  if (result.problem.empty() && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
    result.problem = because("landlock_restrict_self");
  close(static_cast<int>(rules));
  if (result.problem.empty()) result.version = static_cast<std::uint32_t>(version);
  return result;
}

}  // namespace patchbay::worker
