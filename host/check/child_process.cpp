#include "host/check/child_process.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/check/system_call_trap.hpp"

#include <sys/mman.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

namespace patchbay::check {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t answer_size_max = std::size_t{1} << 20U;  // of what is kept of it

Error cannot(std::string_view what, int number) {
  return Error{ErrorCode::Internal,
               std::string(what) + ": " + std::strerror(number),
               "a check needs a process of its own"};
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// Owns the actions between fork and exec.
class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// Owns a child: ended and waited for when it goes.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) end();
  }
  void end() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
  }
  // Its wait status; nothing at the deadline. It has closed its answer by then, and is about to
  // end, or means not to.
  std::optional<int> wait_until(Clock::time_point deadline) {
    constexpr std::chrono::milliseconds pause{2};
    for (int status = 0;;) {
      const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
      if (ended == pid_) {
        pid_ = 0;
        return status;
      }
      if (Clock::now() >= deadline) return std::nullopt;
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  pid_t pid_;
};

// The last complete lines of either mark, of a stream that may be long.
class AnswerReader {
 public:
  void take(std::string_view bytes) {
    pending_.append(bytes);
    for (std::size_t end = pending_.find('\n'); end != std::string::npos;
         end = pending_.find('\n')) {
      const std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      if (line.starts_with('@')) progress_ = line.substr(1);
      if (line.starts_with('=')) answer_ = line.substr(1);
    }
    if (pending_.size() > answer_size_max) pending_.clear();
  }
  [[nodiscard]] const std::string& progress() const { return progress_; }
  // "fail because …"; empty where there is none.
  [[nodiscard]] const std::string& answer() const { return answer_; }

 private:
  std::string pending_;
  std::string progress_;
  std::string answer_;
};

// False at the deadline.
bool read_until_end(int descriptor, Clock::time_point deadline, AnswerReader& reader) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{descriptor, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000))) <= 0) continue;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    reader.take({buffer.data(), static_cast<std::size_t>(count)});
  }
}

Finding finding_of(const AnswerReader& reader, int status) {
  const std::string& answer = reader.answer();
  const std::string while_doing =
      reader.progress().empty() ? "" : ", about to " + reader.progress();
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return {Verdict::Crash,
            "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")" + while_doing};
  }
  if (answer.empty())
    return {Verdict::Crash,
            "it ended the process, with code " + std::to_string(WEXITSTATUS(status)) + while_doing};
  const std::size_t space = std::min(answer.find(' '), answer.size());
  const std::string_view word = std::string_view(answer).substr(0, space);
  Finding finding{Verdict::Fail, std::string(trimmed(std::string_view(answer).substr(space)))};
  for (const Verdict verdict : {Verdict::Pass, Verdict::Warn, Verdict::Skip})
    if (word == to_string(verdict)) finding.verdict = verdict;
  return finding;
}

// Of the descriptors above, only the one that the answer goes to.
Result<pid_t> spawn(const ChildOptions& options, int answer, int output) {
  FileActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), output, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), answer, answer_descriptor);
  posix_spawn_file_actions_addclosefrom_np(actions.get(), answer_descriptor + 1);
  posix_spawn_file_actions_addchdir_np(actions.get(), options.folder.c_str());
  std::vector<std::string> words{options.program.string()};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  const std::vector<char*> argv = pointers_to(words);
  const std::vector<char*> environment = pointers_to(options.environment);
  pid_t pid = 0;
  const int failure = ::posix_spawn(
      &pid, options.program.c_str(), actions.get(), nullptr, argv.data(), environment.data());
  if (failure != 0) return cannot("cannot start " + options.program.string(), failure);
  return pid;
}

}  // namespace

Result<Finding> run_in_child(const ChildOptions& options) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return cannot("cannot make a pipe", errno);
  const FileDescriptor from_child(ends[0]);
  // Above the number that it gets in the child, so that it is never closed there by accident.
  FileDescriptor first_end(ends[1]);
  FileDescriptor to_parent(::fcntl(first_end.get(), F_DUPFD_CLOEXEC, 10));
  first_end = FileDescriptor();
  const FileDescriptor output(::memfd_create("patchbay-check-output", MFD_CLOEXEC));
  if (!to_parent.is_open() || !output.is_open()) return cannot("cannot make a file", errno);
  Child child(PATCHBAY_TRY(spawn(options, to_parent.get(), output.get())));
  to_parent = FileDescriptor();

  AnswerReader reader;
  const Clock::time_point deadline = Clock::now() + options.time_max;
  if (read_until_end(from_child.get(), deadline, reader))
    if (const auto status = child.wait_until(deadline)) return finding_of(reader, *status);
  return Finding{Verdict::Timeout,
                 "no end after " + std::to_string(options.time_max.count() / 1000) + " s" +
                     (reader.progress().empty() ? "" : ", about to " + reader.progress())};
}

}  // namespace patchbay::check
