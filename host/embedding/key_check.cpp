#include "host/embedding/key_check.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace patchbay::embedding {
namespace {

// Lives in the waiting call; the loop is done with it before that returns.
struct Check {
  std::unique_ptr<host::RunningRequest> running;  // of the loop's thread
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Status> result;  // under the mutex

  void settle(Result<host::RunReport> report) {
    running.reset();
    const std::lock_guard lock(mutex);
    result = report.ok() ? Status() : Status(std::move(report).error());
    changed.notify_all();  // under the lock: the waiter may be gone right after it
  }
  [[nodiscard]] bool is_over() {
    const std::lock_guard lock(mutex);
    return result.has_value();
  }
};

}  // namespace

Status check_credential(EmbeddedHost& embedded,
                        const host::Candidate& candidate,
                        const SecretBytes& credential) {
  if (!candidate.adapter.manifest().can(host::Operation::Verify)) return {};
  LoopOwner& owner = embedded.owner();
  if (owner.is_inside()) return usage_error("a callback may not wait for a key to be checked");
  Check check;
  SecretBytes copy = PATCHBAY_TRY(SecretBytes::copy_of(credential.expose()));
  const Status started = embedded.call([&](host::Host& opened) -> Status {
    host::Runner* runner = PATCHBAY_TRY(opened.runner());
    check.running = runner->check_credential(
        candidate,
        std::move(copy),
        opened.deadline_of(host::Operation::Verify),
        [&check](Result<host::RunReport> report) { check.settle(std::move(report)); });
    return {};
  });
  if (!started.ok()) return started;
  const bool has_thread = owner.threading() == Threading::OwnThread;
  const auto is_over = [&] { return has_thread ? check.result.has_value() : check.is_over(); };
  PATCHBAY_TRY(owner.wait(is_over, without_limit, check.mutex, check.changed));
  return *std::move(check.result);
}

}  // namespace patchbay::embedding
