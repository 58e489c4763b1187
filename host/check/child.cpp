// The process that runs one check: it holds nothing of its parent's but what is named here.
#include "core/base/text.hpp"
#include "host/check/checks.hpp"
#include "host/check/system_call_trap.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>

namespace patchbay::check {
namespace {

constexpr int exit_usage = 2;
constexpr rlim_t file_size_max = rlim_t{1} << 20U;
constexpr std::size_t detail_size_max = 1000;  // bytes

// One line: "@what it is about to do" or "=verdict detail".
void tell(char mark, std::string_view text) {
  const std::string line = mark + printable(text) + "\n";
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t count = ::write(answer_descriptor, line.data() + at, line.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    at += static_cast<std::size_t>(count);
  }
}

void limit(int resource, rlim_t value) {
  const rlimit limits{value, value};
  static_cast<void>(setrlimit(static_cast<__rlimit_resource>(resource), &limits));
}

void limit_this_process() {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, file_size_max);
  static_cast<void>(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  static_cast<void>(prctl(PR_SET_PDEATHSIG, SIGKILL));
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  static_cast<void>(std::from_chars(text.data(), text.data() + text.size(), number));
  return number;
}

const Check* check_named(std::string_view name) {
  if (name == expected_writer.name) return &expected_writer;
  for (const Check& check : all_checks())
    if (check.name == name) return &check;
  return nullptr;
}

Finding run(const Check& check, Subject& subject) try {
  if (check.needs >= Needs::Manifest)
    if (const auto manifest = subject.manifest(); !manifest.ok())
      return skipped(manifest.error().message);
  if (check.needs >= Needs::Module) {
    subject.about_to("load it");
    if (const auto module = subject.module(); !module.ok()) return skipped(module.error().message);
  }
  return check.run(subject);
} catch (const std::exception& error) {
  return failed(std::string("the check itself ended: ") + error.what());
}

}  // namespace

int run_child(std::span<char* const> arguments) {
  if (arguments.size() < 4) return exit_usage;
  const Check* const check = check_named(arguments[0]);
  if (check == nullptr) return exit_usage;
  limit_this_process();
  Subject::Options options;
  options.plugin = arguments[1];
  options.seed = number_of(arguments[2]);
  options.fuzz_rounds = static_cast<unsigned>(number_of(arguments[3]));
  if (arguments.size() > 4) options.cassettes = arguments[4];
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet.
  if (const char* const canary = std::getenv(canary_variable)) options.canary = canary;
  Subject subject(std::move(options), [](std::string_view what) { tell('@', what); });
  const Finding finding = run(*check, subject);
  tell('=',
       std::string(to_string(finding.verdict)) + " " + shortened(finding.detail, detail_size_max));
  // Not by way of the plugin's destructors, which are no part of this.
  ::_exit(0);
}

}  // namespace patchbay::check
