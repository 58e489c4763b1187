// The coroutine type that adapters are made of: a lazy step that runs when it is awaited.
#pragma once

#include <patchbay/failure.hpp>

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace patchbay::inline v1 {

// Resumes coroutines in a loop. Not symmetric transfer: g++ makes no tail calls at -O0 or under
// ASan, and a loop of children that finish at once would eat the stack.
struct Trampoline {
  std::coroutine_handle<> ready;

  void run() {
    while (ready) std::exchange(ready, {}).resume();
  }
};

struct PromiseBase {
  Trampoline* trampoline = nullptr;
  std::coroutine_handle<> parent;
  std::exception_ptr thrown;

  struct BackToParent {
    PromiseBase* promise;
    // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a coroutine asks an object
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {
      promise->trampoline->ready = promise->parent;
    }
    void await_resume() const noexcept {}
  };
  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a coroutine asks an object
  std::suspend_always initial_suspend() noexcept { return {}; }
  BackToParent final_suspend() noexcept { return {this}; }
  void unhandled_exception() noexcept { thrown = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;

  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};
template <>
struct Promise<void> : PromiseBase {
  void return_void() noexcept {}
  void take() noexcept {}
};

// Starts when awaited, and frees its frame when it goes out of scope. Only an rvalue can be
// awaited, so a stored step whose arguments are gone is not awaited by accident.
template <class T>
class [[nodiscard]] Async {
 public:
  struct promise_type : Promise<T> {  // NOLINT(readability-identifier-naming): the language's name
    Async get_return_object() { return Async(Handle::from_promise(*this)); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Async(Async&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Async& operator=(Async&&) = delete;
  Async(const Async&) = delete;
  Async& operator=(const Async&) = delete;
  ~Async() {
    if (handle_) handle_.destroy();
  }

  struct Awaiter {
    Handle child;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) const noexcept {
      child.promise().parent = parent;
      child.promise().trampoline = parent.promise().trampoline;
      child.promise().trampoline->ready = child;
    }
    T await_resume() const {
      if (child.promise().thrown) std::rethrow_exception(child.promise().thrown);
      return child.promise().take();
    }
  };
  Awaiter operator co_await() && noexcept { return {handle_}; }

 private:
  friend class Session;
  explicit Async(Handle handle) noexcept : handle_(handle) {}
  Handle handle_;
};
using Task = Async<Outcome>;

}  // namespace patchbay::inline v1
