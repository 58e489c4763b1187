#include "host/check/surroundings.hpp"

#include <sys/stat.h>

#include <clocale>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace patchbay::check {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> out;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure))
    out.insert(entry.path().filename().string());
  return out;
}

std::vector<const void*> signal_handlers() {
  std::vector<const void*> out;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    if (sigaction(number, nullptr, &action) != 0) action.sa_handler = SIG_DFL;
    out.push_back(reinterpret_cast<const void*>(action.sa_handler));
  }
  return out;
}

std::uint64_t size_of(int descriptor) {
  struct stat facts{};
  return fstat(descriptor, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

}  // namespace

Surroundings Surroundings::now() {
  Surroundings out;
  out.thread_count_ = names_in("/proc/self/task").size();
  out.descriptors_ = names_in("/proc/self/fd");
  out.files_ = names_in(".");
  std::error_code failure;
  out.folder_ = fs::current_path(failure).string();
  out.handlers_ = signal_handlers();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    out.environment_.emplace_back(*entry);
  out.output_size_ = size_of(STDOUT_FILENO) + size_of(STDERR_FILENO);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a process with one thread, or that is what is found.
  const char* const locale = std::setlocale(LC_ALL, nullptr);
  out.locale_ = locale == nullptr ? "" : locale;
  return out;
}

std::string Surroundings::change_until(const Surroundings& later) const {
  if (later.thread_count_ > thread_count_) return "leaves a thread behind";
  if (later.descriptors_.size() > descriptors_.size()) return "leaves a file open";
  if (later.files_ != files_) return "changes files in the current folder";
  if (later.folder_ != folder_) return "changes the current folder";
  if (later.handlers_ != handlers_) return "changes how signals are handled";
  if (later.environment_ != environment_) return "changes the environment";
  if (later.output_size_ != output_size_) return "prints";
  if (later.locale_ != locale_) return "changes the locale";
  return {};
}

}  // namespace patchbay::check
