// The worker's process, from the host's side.
#pragma once

#include "core/base/file.hpp"
#include "core/base/result.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>

namespace patchbay::host {

// How a plugin is run that nobody vouched for.
struct WorkerCode {
  std::filesystem::path program;  // patchbay-worker
  std::filesystem::path plugin;   // our own copy, of the bytes that were judged
  bool without_landlock = false;  // also where the kernel cannot restrict files
};

// Where it is beside the running program or the library: ../libexec/patchbay/patchbay-worker.
// Empty where there is none.
[[nodiscard]] std::filesystem::path worker_of_program();

// One process. It is killed, and waited for, when this goes.
class WorkerProcess {
 public:
  // Started with an empty environment, /dev/null and two descriptors. Errors: Plugin.
  [[nodiscard]] static Result<WorkerProcess> start(const WorkerCode& code);
  WorkerProcess(WorkerProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  ~WorkerProcess();

  // Our end, which does not block; once.
  [[nodiscard]] FileDescriptor take_socket() { return std::move(socket_); }
  // Ends it, if it has not ended by itself. How it ended continues "the plugin's worker ".
  std::string end();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  WorkerProcess(pid_t pid, FileDescriptor socket) : pid_(pid), socket_(std::move(socket)) {}

  pid_t pid_;
  FileDescriptor socket_;
};

}  // namespace patchbay::host
