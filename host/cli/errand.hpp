// Something small that a command waits for, outside of any request.
#pragma once

#include "core/net/event_loop.hpp"
#include "host/cli/context.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::cli {

inline constexpr std::chrono::minutes errand_time_max{10};

template <typename T>
using Settle = std::function<void(Result<T>)>;

// What the loop of a command drives: ^C and the time limit settle it.
template <typename T>
class Errand final : public host::RunningRequest {
 public:
  Errand(net::EventLoop& loop, Settle<T> settle) : settle_(std::move(settle)) {
    limit_ = loop.after(errand_time_max, [this] {
      settle_(Error{ErrorCode::Timeout,
                    "nothing came within " + std::to_string(errand_time_max.count()) + " minutes",
                    "start it again"});
    });
  }

  void cancel() override {
    settle_(Error{ErrorCode::Cancelled, "interrupted; nothing was stored"});
  }
  [[nodiscard]] std::uint64_t bytes_received() const override { return 0; }
  // What must live until it has settled.
  void keep(std::shared_ptr<void> work) { work_ = std::move(work); }

 private:
  Settle<T> settle_;
  net::EventLoop::Timer limit_;
  std::shared_ptr<void> work_;  // of any type
};

// Runs the loop until what `begin` started has settled; begin(host, settle) gives what must live
// until then.
template <typename T, typename Begin>
[[nodiscard]] Result<T> run_errand(Context& context, const std::string& what, Begin begin) {
  std::optional<Result<T>> result;
  PATCHBAY_TRY(
      context.drive([&what] { return what; },
                    [&](host::Host& host, host::Runner&, const std::function<void()>& finished) {
                      const Settle<T> settle = [&result, finished](Result<T> settled) {
                        if (result) return;
                        result = std::move(settled);
                        finished();
                      };
                      auto errand = std::make_unique<Errand<T>>(host.loop(), settle);
                      Result<std::shared_ptr<void>> begun = begin(host, settle);
                      if (!begun.ok()) settle(begun.error());
                      if (begun.ok()) errand->keep(std::move(begun).value());
                      return std::unique_ptr<host::RunningRequest>(std::move(errand));
                    }));
  if (result) return *std::move(result);
  return Error{ErrorCode::Internal, "it ended without a result"};
}

}  // namespace patchbay::cli
