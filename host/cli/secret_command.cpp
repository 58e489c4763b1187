#include "host/cli/secret_command.hpp"

#include "core/base/file.hpp"

#include <sys/types.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

Result<pid_t> start_shell(const std::string& command, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);  // ignored signals would stay ignored in the child
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh";
  std::string option = "-c";
  std::string text = command;
  std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
  pid_t child = 0;
  const int failure =
      ::posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (failure != 0) return file_error(ErrorCode::BadInput, "run", "/bin/sh", failure);
  return child;
}

Status wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return file_error(ErrorCode::Internal, "wait for", "/bin/sh", errno);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const std::string how = WIFEXITED(status)
                              ? "exited with status " + std::to_string(WEXITSTATUS(status))
                              : "was ended by signal " + std::to_string(WTERMSIG(status));
  return Error{ErrorCode::BadInput,
               "the command that should print the key " + how,
               "run it by itself to see why"};
}

}  // namespace

Result<SecretBytes> read_secret(int fd, std::size_t size_max, const std::string& name_in_errors) {
  SecretBytes bytes = PATCHBAY_TRY(SecretBytes::allocate(size_max));
  std::size_t size = 0;
  while (size < size_max) {
    const ssize_t count = ::read(fd, bytes.expose().data() + size, size_max - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error(ErrorCode::BadInput, "read", name_in_errors, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  bytes.shrink(size);
  return bytes;
}

Result<SecretBytes> secret_of_command(const std::string& command, std::size_t size_max) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return file_error(ErrorCode::Internal, "open", "a pipe", errno);
  }
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t child = PATCHBAY_TRY(start_shell(command, writing.get()));
  writing = FileDescriptor();
  auto bytes = read_secret(reading.get(), size_max, "the command's output");
  reading = FileDescriptor();  // a command that goes on printing ends by SIGPIPE
  const Status ended = wait_for(child);
  // Longer than any key: that is the better complaint.
  if (bytes.ok() && bytes.value().size() == size_max) return bytes;
  PATCHBAY_TRY(ended);
  return bytes;
}

}  // namespace patchbay::cli
