#include "host/worker/process.hpp"

#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr int first_free_descriptor = 10;  // above what the worker is given as 0 to 4

Error not_started(std::string_view what, int error_number) {
  return Error{ErrorCode::Plugin,
               "the plugin's worker cannot be started: " + std::string(what) + ": " +
                   std::strerror(error_number),
               {},
               {}};
}

// Its number does not collide with those that the worker is given.
FileDescriptor moved_up(const FileDescriptor& descriptor) {
  return FileDescriptor(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, first_free_descriptor));
}

class SpawnOptions {
 public:
  SpawnOptions() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  // 0, or an errno value.
  int set(int socket, int plugin) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    constexpr short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    // ^C at the terminal is for the host, which then ends its workers.
    for (const int failure :
         {posix_spawnattr_setflags(&attributes_, flags),
          posix_spawnattr_setsigmask(&attributes_, &none),
          posix_spawnattr_setsigdefault(&attributes_, &all),
          posix_spawnattr_setpgroup(&attributes_, 0),
          posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDWR, 0),
          posix_spawn_file_actions_adddup2(&actions_, 0, 1),
          posix_spawn_file_actions_adddup2(&actions_, 0, 2),
          posix_spawn_file_actions_adddup2(&actions_, socket, 3),
          posix_spawn_file_actions_adddup2(&actions_, plugin, 4),
          posix_spawn_file_actions_addclosefrom_np(&actions_, 5)})
      if (failure != 0) return failure;
    return 0;
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::string words_of(int status) {
  if (WIFEXITED(status))
    return "ended by itself, with status " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  // Ours: it was still there.
  if (signal == SIGKILL) return "was ended";
  const char* name = sigabbrev_np(signal);
  return "crashed (" + (name != nullptr ? "SIG" + std::string(name) : std::to_string(signal)) + ")";
}

}  // namespace

fs::path worker_of_program() {
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (failure) return {};
  fs::path worker = program.parent_path().parent_path() / "libexec/patchbay/patchbay-worker";
  return access(worker.c_str(), X_OK) == 0 ? worker : fs::path();
}

Result<WorkerProcess> WorkerProcess::start(const WorkerCode& code) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return not_started("socketpair", errno);
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  const FileDescriptor plugin(open(code.plugin.c_str(), O_RDONLY | O_CLOEXEC));
  if (!plugin.is_open()) return not_started(code.plugin.native(), errno);
  if (fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return not_started("fcntl", errno);
  const FileDescriptor high_end = moved_up(theirs);
  const FileDescriptor high_plugin = moved_up(plugin);
  if (!high_end.is_open() || !high_plugin.is_open()) return not_started("fcntl", errno);

  SpawnOptions options;
  int failure = options.set(high_end.get(), high_plugin.get());
  if (failure != 0) return not_started("posix_spawn", failure);
  std::string name = "patchbay-worker";
  std::string flag = "--without-landlock";
  const std::array<char*, 3> words{
      name.data(), code.without_landlock ? flag.data() : nullptr, nullptr};
  const std::array<char*, 1> environment{nullptr};
  pid_t pid = -1;
  failure = posix_spawn(&pid,
                        code.program.c_str(),
                        options.actions(),
                        options.attributes(),
                        words.data(),
                        environment.data());
  if (failure != 0) return not_started(code.program.native(), failure);
  return WorkerProcess(pid, std::move(ours));
}

WorkerProcess::~WorkerProcess() {
  if (pid_ > 0) end();
}

std::string WorkerProcess::end() {
  const pid_t pid = std::exchange(pid_, -1);
  if (pid <= 0) return "is gone";
  kill(pid, SIGKILL);
  int status = 0;
  pid_t waited = -1;
  do waited = waitpid(pid, &status, 0);
  while (waited < 0 && errno == EINTR);
  // An application may wait for all children itself, or have the kernel do so.
  return waited == pid ? words_of(status) : "is gone";
}

}  // namespace patchbay::host
