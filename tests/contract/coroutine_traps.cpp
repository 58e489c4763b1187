// Which shapes of co_await expressions this compiler gets wrong. g++ 12 destroys some temporaries
// twice; the SDK's README.md tells authors which shapes to write instead. This program fails where
// the compiler behaves otherwise than that list says, for better or worse.
#include <sys/wait.h>

#include <coroutine>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

int made = 0;
int gone = 0;

// Counts its lives; a memory of its own makes a double destruction a crash as well.
class Probe {
 public:
  explicit Probe(int value) : value_(value), text_(100, 'x') { ++made; }
  Probe(const Probe& other) : value_(other.value_), text_(other.text_) { ++made; }
  Probe(Probe&& other) noexcept : value_(other.value_), text_(std::move(other.text_)) { ++made; }
  Probe& operator=(const Probe&) = delete;
  Probe& operator=(Probe&&) = delete;
  ~Probe() {
    ++gone;
    value_ = -1;
  }
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
  std::string text_;
};

// The smallest lazy coroutine with symmetric transfer; the SDK's own is not under test here.
template <class T>
class Step {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name
    std::optional<T> value;
    std::coroutine_handle<> parent = std::noop_coroutine();
    Step get_return_object() {
      return Step(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Back {
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) const noexcept {
        return h.promise().parent;
      }
      void await_resume() const noexcept {}
    };
    Back final_suspend() noexcept { return {}; }
    void unhandled_exception() { std::terminate(); }
    template <class U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
  };
  Step(Step&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  Step& operator=(Step&&) = delete;
  ~Step() {
    if (handle_) handle_.destroy();
  }
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    handle_.promise().parent = parent;
    return handle_;
  }
  T await_resume() { return std::move(*handle_.promise().value); }
  std::optional<T> run() {
    handle_.resume();
    return std::move(handle_.promise().value);
  }

 private:
  explicit Step(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

struct Options {
  Probe probe;
  std::string text;
};
class Classy {
 public:
  Classy(Probe probe, std::string text) : probe_(std::move(probe)), text_(std::move(text)) {}
  [[nodiscard]] int value() const { return probe_.value() + static_cast<int>(text_.size()); }

 private:
  Probe probe_;
  std::string text_;
};
std::string letters() {
  return std::string(100, 'y');
}

Step<int> by_value(Probe probe) {
  co_return probe.value();
}
Step<int> by_options(Options options) {
  co_return options.probe.value() + static_cast<int>(options.text.size());
}
Step<int> by_class(Classy classy) {
  co_return classy.value();
}
Step<Probe> gives(int value) {
  co_return Probe(value);
}
template <class Call>
Step<int> calls(Call call) {
  co_return call();
}
Step<int> calls_function(std::function<int()> call) {
  co_return call();
}

// ---- shapes that g++ 12 gets wrong
// ---------------------------------------------------------------

Step<int> aggregate_temporary() {
  co_return co_await by_options({Probe(3), letters()});
}
Step<int> designated_temporary() {
  co_return co_await by_options({.probe = Probe(3), .text = letters()});
}
Step<int> aggregate_with_await_inside() {
  Options options{co_await gives(3), letters()};
  co_return options.probe.value() + static_cast<int>(options.text.size());
}
Step<int> structured_binding_with_await() {
  auto [probe, text] = Options{co_await gives(3), letters()};
  co_return probe.value() + static_cast<int>(text.size());
}
Step<int> lambda_with_captured_value() {
  Probe probe(3);
  co_return co_await calls([probe] { return probe.value(); });
}
Step<int> function_of_lambda_with_captured_value() {
  Probe probe(3);
  co_return co_await calls_function([probe] { return probe.value(); });
}
Step<int> conditional_argument() {
  const bool truth = made >= 0;
  co_return co_await by_value(truth ? Probe(3) : Probe(4));
}
Step<int> switch_on_await() {
  switch (co_await by_value(Probe(3))) {
    case 3: co_return 3;
    default: co_return 0;
  }
}

// ---- shapes to write instead
// ---------------------------------------------------------------------

Step<int> class_temporary() {
  co_return co_await by_class(Classy(Probe(3), letters()));
}
Step<int> class_in_braces() {
  co_return co_await by_class({Probe(3), letters()});
}
Step<int> two_statements() {
  auto step = by_options({Probe(3), letters()});
  co_return co_await std::move(step);
}
Step<int> named_aggregate() {
  Options options{Probe(3), letters()};
  co_return co_await by_options(std::move(options));
}
Step<int> lambda_by_reference() {
  Probe probe(3);
  co_return co_await calls([&] { return probe.value(); });
}
Step<int> switch_on_a_name() {
  const int value = co_await by_value(Probe(3));
  switch (value) {
    case 3: co_return 3;
    default: co_return 0;
  }
}
Step<int> conditional_of_awaits() {
  const bool truth = made >= 0;
  const int value = truth ? co_await by_value(Probe(3)) : co_await by_value(Probe(4));
  co_return value;
}
Step<int> loop_condition() {
  int rounds = 0;
  while (co_await by_value(Probe(rounds < 3 ? 1 : 0)) != 0) ++rounds;
  co_return rounds;
}

struct Shape {
  const char* name;
  Step<int> (*run)();
  int want;
  bool wrong_with_gcc_12;
};
constexpr Shape shapes[] = {
    {"aggregate_temporary", aggregate_temporary, 103, true},
    {"designated_temporary", designated_temporary, 103, true},
    {"aggregate_with_await_inside", aggregate_with_await_inside, 103, true},
    {"structured_binding_with_await", structured_binding_with_await, 103, true},
    {"lambda_with_captured_value", lambda_with_captured_value, 3, true},
    {"function_of_lambda_with_captured_value", function_of_lambda_with_captured_value, 3, true},
    {"conditional_argument", conditional_argument, 3, true},
    {"switch_on_await", switch_on_await, 3, true},
    {"class_temporary", class_temporary, 103, false},
    {"class_in_braces", class_in_braces, 103, false},
    {"two_statements", two_statements, 103, false},
    {"named_aggregate", named_aggregate, 103, false},
    {"lambda_by_reference", lambda_by_reference, 3, false},
    {"switch_on_a_name", switch_on_a_name, 3, false},
    {"conditional_of_awaits", conditional_of_awaits, 3, false},
    {"loop_condition", loop_condition, 3, false},
};

bool behaves(const Shape& shape) {
  made = gone = 0;
  std::optional<int> result;
  {
    Step<int> step = shape.run();
    result = step.run();
  }
  return made == gone && result == shape.want;
}

// In a process of its own, since a double destruction may end it.
bool is_right(const Shape& shape) {
  const pid_t child = fork();
  if (child == 0) {
    std::freopen("/dev/null", "w", stderr);
    _exit(behaves(shape) ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0;
}

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ == 12
constexpr bool is_gcc_12 = true;
#else
constexpr bool is_gcc_12 = false;
#endif

}  // namespace

int main() {
  int surprises = 0;
  for (const Shape& shape : shapes) {
    const bool right = is_right(shape);
    const bool expected = !(is_gcc_12 && shape.wrong_with_gcc_12);
    std::printf("%-42s %s%s\n",
                shape.name,
                right ? "right" : "WRONG",
                right == expected ? "" : "  <- unlike the list in the SDK's README.md");
    surprises += right == expected ? 0 : 1;
  }
  return surprises == 0 ? 0 : 1;
}
