#include "host/cli/examine_machine.hpp"
#include "host/worker/probe.hpp"
#include "host/worker/process.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace patchbay::cli {

void examine_isolation(Examination& examination, const host::Config& config) {
  constexpr std::string_view check = "isolation";
  if (config.unvouched_plugins == "refuse") {
    examination.ok(check, "off: plugins that nobody vouched for are not run");
    return;
  }
  const std::filesystem::path worker =
      config.worker_program.empty() ? host::worker_of_program() : config.worker_program;
  if (worker.empty()) {
    examination.warn(
        check,
        "there is no patchbay-worker beside this program, so that plugins which nobody "
        "vouched for are not run",
        "install it whole, or name it: plugins.worker in patchbay.toml");
    return;
  }
  const bool without_landlock = config.unvouched_plugins == "isolate-without-landlock";
  const auto landlock = host::probe_worker(worker, without_landlock);
  if (!landlock.ok()) {
    examination.warn(
        check,
        landlock.error().message + "; plugins that nobody vouched for do not run",
        "a kernel with Landlock (5.13 or newer) and seccomp is needed; where files need "
        "not be guarded: plugins.unvouched = 'isolate-without-landlock'");
  } else if (landlock.value() == 0) {
    examination.warn(
        check, worker.string() + ", seccomp, no Landlock", "use a kernel with Landlock");
  } else {
    examination.ok(check,
                   worker.string() + ", seccomp, Landlock " + std::to_string(landlock.value()));
  }
}

}  // namespace patchbay::cli
