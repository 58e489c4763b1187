// One request of an application, from its submission to its end.
#pragma once

#include "host/embedding/answer.hpp"
#include "host/embedding/delivery.hpp"
#include "host/embedding/error.hpp"
#include "host/embedding/loop_owner.hpp"
#include "host/embedding/run_output.hpp"
#include "host/request.hpp"
#include "host/runner.hpp"
#include <patchbay/host.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace patchbay::embedding {

class EmbeddedHost;

struct RunInput {
  host::Request request;
  OutputPlace place;
  patchbay_observer observer{};
};

}  // namespace patchbay::embedding

// Held by the host until it is over, and by the application until that releases it.
struct patchbay_run final : public std::enable_shared_from_this<patchbay_run> {
 public:
  patchbay_run(std::shared_ptr<patchbay::embedding::Mailbox> mailbox,
               patchbay::embedding::LoopOwner& owner,
               patchbay::embedding::RunInput input);
  patchbay_run(const patchbay_run&) = delete;
  patchbay_run& operator=(const patchbay_run&) = delete;

  // ---- on the loop's thread
  void begin(patchbay::embedding::EmbeddedHost& host);
  void cancel_now();
  void resume_now();
  void tell_progress();
  [[nodiscard]] bool wants_progress() const { return input_.observer.on_progress != nullptr; }

  // ---- from any thread
  void cancel();
  void resume();
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] patchbay::Status wait(std::uint64_t timeout_ms);
  [[nodiscard]] const patchbay_answer* answer() const;
  [[nodiscard]] const patchbay_error* error() const;
  // The application's hold on it.
  void hold() { held_ = shared_from_this(); }
  void release() { held_.reset(); }

 private:
  [[nodiscard]] patchbay::Status start();
  void settle(patchbay::Result<patchbay::host::RunReport> report);
  [[nodiscard]] patchbay::Status take_answer(patchbay::host::RunReport report);
  void deliver();
  void end(patchbay::Status status);
  [[nodiscard]] std::chrono::milliseconds elapsed() const;

  const std::shared_ptr<patchbay::embedding::Mailbox> mailbox_;  // outlives the host
  patchbay::embedding::LoopOwner* const owner_;                  // the host's: gone with it
  patchbay::embedding::RunInput input_;
  patchbay::embedding::RunOutput output_;
  std::shared_ptr<patchbay_run> held_;

  // Of the loop's thread.
  patchbay::embedding::EmbeddedHost* host_ = nullptr;
  std::chrono::steady_clock::time_point started_{};
  std::chrono::milliseconds deadline_{0};
  std::unique_ptr<patchbay::host::RunningRequest> running_;
  std::unique_ptr<patchbay::embedding::Delivery> delivery_;
  patchbay::net::EventLoop::Timer delivery_deadline_;
  std::unique_ptr<const patchbay::embedding::Answer> made_;  // until it is told

  // Written on the loop's thread before on_done, under the mutex; never changed after.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::unique_ptr<const patchbay::embedding::Answer> answer_;
  std::optional<patchbay_error> error_;
};
