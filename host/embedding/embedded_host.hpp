// An opened host, its loop, and the runs on it.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/redactor.hpp"
#include "host/embedding/loop_owner.hpp"
#include "host/embedding/run.hpp"
#include "host/host.hpp"
#include <patchbay/host.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace patchbay::embedding {

// The system's, but for the time of rows where the application tells it.
class EmbedderClock final : public Clock {
 public:
  explicit EmbedderClock(std::function<std::int64_t()> unix_ms) : unix_ms_(std::move(unix_ms)) {}
  [[nodiscard]] std::int64_t unix_ms() const override {
    return unix_ms_ ? unix_ms_() : system_.unix_ms();
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    return system_.steady();
  }
  [[nodiscard]] std::chrono::nanoseconds thread_cpu() const override {
    return system_.thread_cpu();
  }

 private:
  std::function<std::int64_t()> unix_ms_;
  SystemClock system_;
};

struct EmbeddedOptions {
  host::HostOptions host;
  Threading threading = Threading::OwnThread;
  std::chrono::milliseconds progress_interval{250};
  Log::Sink log;
  std::function<std::int64_t()> unix_ms;  // empty: the system's
};

class EmbeddedHost {
 public:
  [[nodiscard]] static Result<std::unique_ptr<EmbeddedHost>> open(EmbeddedOptions options);
  EmbeddedHost(const EmbeddedHost&) = delete;
  EmbeddedHost& operator=(const EmbeddedHost&) = delete;
  ~EmbeddedHost();  // requires close()

  // Cancels what runs and waits for its end. Errors: Usage, in a callback or in a child.
  [[nodiscard]] Status close();

  [[nodiscard]] LoopOwner& owner() { return *owner_; }
  [[nodiscard]] Redactor& redactor() { return redactor_; }
  // From any thread, as the interface says. Errors: Usage, in a child.
  [[nodiscard]] Result<std::shared_ptr<patchbay_run>> new_run(RunInput input);
  // From the loop, after this returned.
  void start(const std::shared_ptr<patchbay_run>& run);
  // Runs `task` where the host may be touched.
  template <typename Task>
  [[nodiscard]] auto call(Task task) -> decltype(task(std::declval<host::Host&>())) {
    std::optional<decltype(task(*host_))> result;
    PATCHBAY_TRY(owner_->call([&] { result.emplace(task(*host_)); }));
    return *std::move(result);
  }

  // ---- on the loop's thread
  [[nodiscard]] host::Host& host() { return *host_; }
  [[nodiscard]] bool is_closing() const { return is_closing_; }
  [[nodiscard]] std::size_t running_count() const { return running_.size(); }
  [[nodiscard]] std::uint64_t finished_count() const { return finished_count_; }
  // A run is over.
  void forget(const std::shared_ptr<patchbay_run>& run);

 private:
  explicit EmbeddedHost(EmbeddedOptions options);
  [[nodiscard]] Status open_host();
  void begin(const std::shared_ptr<patchbay_run>& run);
  void cancel_all();
  void tick();
  void tick_later();
  void stop_when_done();

  EmbeddedOptions options_;
  EmbedderClock clock_;
  Redactor redactor_;
  std::unique_ptr<host::Host> host_;
  std::unique_ptr<LoopOwner> owner_;
  std::shared_ptr<Mailbox> mailbox_;  // shared with runs, which may outlive the host

  std::set<std::shared_ptr<patchbay_run>> running_;
  std::uint64_t finished_count_ = 0;
  bool is_closing_ = false;
  bool is_ticking_ = false;
  net::EventLoop::Timer ticker_;
};

}  // namespace patchbay::embedding

struct patchbay_host_handle {
  std::unique_ptr<patchbay::embedding::EmbeddedHost> host;
};
