#include "host/embedding/loop_owner.hpp"

#include "host/embedding/error.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <poll.h>
#include <pthread.h>
#include <system_error>
#include <unistd.h>

namespace patchbay::embedding {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint64_t wait_max_ms = std::uint64_t{1} << 40U;  // some 35 years

Clock::time_point end_of(std::uint64_t timeout_ms) {
  return Clock::now() + milliseconds(std::min(timeout_ms, wait_max_ms));
}

}  // namespace

bool Mailbox::post(net::EventLoop::Task task) {
  const Lock lock(mutex_);
  if (loop_ == nullptr) return false;
  loop_->post(std::move(task));
  if (descriptor_ != nullptr) descriptor_->ring();
  return true;
}

void Mailbox::close() {
  const Lock lock(mutex_);
  loop_ = nullptr;
}

LoopOwner::LoopOwner(net::EventLoop& loop, Threading threading)
    : loop_(loop), threading_(threading), process_(::getpid()) {
  keep_alive();
}

LoopOwner::~LoopOwner() = default;

void LoopOwner::keep_alive() {
  alive_ = loop_.after(std::chrono::hours(24), [this] { keep_alive(); });
}

Status LoopOwner::start() {
  if (threading_ == Threading::CallersLoop) {
    descriptor_ = net::LoopDescriptor::create(loop_);
    if (descriptor_ != nullptr) return {};
    return Error{ErrorCode::Internal, "the system has no descriptor left for the host's loop"};
  }
  // The application's handlers run on the application's threads.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  Status status;
  try {
    thread_ = std::thread([this] { run_thread(); });
    thread_id_ = thread_.get_id();
  } catch (const std::system_error&) {
    status = Error{ErrorCode::Internal, "the system has no thread left for the host's loop"};
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return status;
}

void LoopOwner::run_thread() {
  thread_id_ = std::this_thread::get_id();
  ::pthread_setname_np(::pthread_self(), "patchbay");
  loop_.run();
}

void LoopOwner::join() {
  if (thread_.joinable()) thread_.join();
}

bool LoopOwner::is_inside() const {
  if (threading_ == Threading::CallersLoop) return is_processing_;
  return std::this_thread::get_id() == thread_id_.load();
}

Status LoopOwner::check_process() const {
  if (::getpid() == process_) return {};
  return usage_error("this host belongs to the process that opened it, not to its child",
                     "open the host after fork(), or let the child call exec");
}

Status LoopOwner::process() {
  PATCHBAY_TRY(check_process());
  if (threading_ == Threading::OwnThread) {
    return usage_error("this host has a thread of its own",
                       "open it with PATCHBAY_HOST_YOUR_LOOP to run it yourself");
  }
  if (is_processing_) return usage_error("a callback may not run the host's loop");
  is_processing_ = true;
  descriptor_->poll(steps_at_once);
  is_processing_ = false;
  return {};
}

Status LoopOwner::call(const std::function<void()>& task) {
  PATCHBAY_TRY(check_process());
  if (threading_ == Threading::CallersLoop || is_inside()) {
    task();
    return {};
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool is_done = false;
  std::exception_ptr thrown;
  loop_.post([&] {
    try {
      task();
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    is_done = true;
    changed.notify_one();  // under the lock: the waiter may be gone right after it
  });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&is_done] { return is_done; });
  if (thrown != nullptr) std::rethrow_exception(thrown);
  return {};
}

Result<bool> LoopOwner::wait(const std::function<bool()>& is_over,
                             std::uint64_t timeout_ms,
                             std::mutex& mutex,
                             std::condition_variable& changed) {
  PATCHBAY_TRY(check_process());
  if (is_inside())
    return usage_error("a callback may not wait for a run: the wait would never end");
  if (threading_ == Threading::CallersLoop) return run_until(is_over, timeout_ms);
  std::unique_lock lock(mutex);
  return changed.wait_until(lock, end_of(timeout_ms), is_over);
}

Result<bool> LoopOwner::run_until(const std::function<bool()>& is_over, std::uint64_t timeout_ms) {
  const auto end = end_of(timeout_ms);
  while (!is_over()) {
    PATCHBAY_TRY(process());
    if (is_over()) break;
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{descriptor_->get(), POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
  }
  return true;
}

}  // namespace patchbay::embedding
