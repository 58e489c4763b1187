// An event loop for a program that waits by itself: one descriptor that is readable while the loop
// has something to do, and a way to do it without waiting.
#pragma once

#include "core/base/file.hpp"
#include "core/net/event_loop.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace patchbay::net {

// In place of EventLoop::run(), on the thread that would call that. The loop outlives it.
class LoopDescriptor {
 public:
  // Null where the system has no descriptors left.
  [[nodiscard]] static std::unique_ptr<LoopDescriptor> create(EventLoop& loop);

  [[nodiscard]] int get() const noexcept { return all_.get(); }
  // Does what can be done now, at most `steps_max` tasks, and never waits. What is left keeps the
  // descriptor readable.
  void poll(std::size_t steps_max);
  // Makes it readable until poll(): to be called after another thread posted a task. From any.
  void ring() const noexcept;

 private:
  LoopDescriptor(EventLoop& loop, FileDescriptor all, FileDescriptor bell)
      : loop_(loop), all_(std::move(all)), bell_(std::move(bell)) {}
  void silence() const noexcept;

  EventLoop& loop_;
  FileDescriptor all_;   // waits for the bell, and for what the loop waits for
  FileDescriptor bell_;  // rung for what is posted, of which the loop's own knows nothing
};

}  // namespace patchbay::net
