// Who runs a host's loop, and how other threads reach it.
#pragma once

#include "core/base/mutex.hpp"
#include "core/base/result.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/loop_descriptor.hpp"

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace patchbay::embedding {

inline constexpr std::uint64_t without_limit = UINT64_MAX;  // milliseconds

enum class Threading : std::uint8_t { OwnThread, CallersLoop };

// The way to a loop from any thread. Outlives it: after close() nothing goes through any more.
class Mailbox {
 public:
  // `descriptor` is null where a thread runs the loop.
  Mailbox(net::EventLoop& loop, net::LoopDescriptor* descriptor)
      : loop_(&loop), descriptor_(descriptor) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // False where the loop is gone; the task is dropped then.
  bool post(net::EventLoop::Task task);
  void close();

 private:
  Mutex mutex_;
  net::EventLoop* loop_ PATCHBAY_GUARDED_BY(mutex_);  // null: closed
  net::LoopDescriptor* const descriptor_;             // as long as that
};

class LoopOwner {
 public:
  LoopOwner(net::EventLoop& loop, Threading threading);
  LoopOwner(const LoopOwner&) = delete;
  LoopOwner& operator=(const LoopOwner&) = delete;
  ~LoopOwner();  // requires that join() was called, where start() was

  // Errors: Internal, where the system has no thread or no descriptor left.
  [[nodiscard]] Status start();
  // Waits for the end of the loop's thread, after somebody stopped the loop. Not from that thread.
  void join();

  [[nodiscard]] Threading threading() const { return threading_; }
  [[nodiscard]] net::LoopDescriptor* descriptor() const { return descriptor_.get(); }
  // Errors: Usage, for a host with a thread, inside a callback, and in a forked child.
  [[nodiscard]] Status process();
  // In one of the host's callbacks.
  [[nodiscard]] bool is_inside() const;
  // Errors: Usage, in a child of the process that opened the host.
  [[nodiscard]] Status check_process() const;
  // Runs `task` on the loop's thread, and returns when it did. Errors: as check_process().
  [[nodiscard]] Status call(const std::function<void()>& task);

  // Waits until `is_over` says so; true. False when the time is up. With the caller's loop it runs
  // that. Errors: Usage, inside a callback.
  [[nodiscard]] Result<bool> wait(const std::function<bool()>& is_over,
                                  std::uint64_t timeout_ms,
                                  std::mutex& mutex,
                                  std::condition_variable& changed);
  // The caller's loop alone.
  [[nodiscard]] Result<bool> run_until(const std::function<bool()>& is_over,
                                       std::uint64_t timeout_ms);

 private:
  static constexpr std::size_t steps_at_once = 256;
  void run_thread();
  void keep_alive();

  net::EventLoop& loop_;
  const Threading threading_;
  const pid_t process_;
  std::unique_ptr<net::LoopDescriptor> descriptor_;  // the caller's loop
  bool is_processing_ = false;                       // the caller's loop: of its thread alone
  std::atomic<std::thread::id> thread_id_;
  std::thread thread_;
  net::EventLoop::Timer alive_;  // or the loop would end when nothing is under way
};

}  // namespace patchbay::embedding
