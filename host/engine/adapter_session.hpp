// One session of an adapter, held to its contract: open, feed, next, close.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "host/engine/abi_request.hpp"
#include <patchbay/plugin.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace patchbay::host {

// What one input may cause before the next: an adapter that never comes to rest is stopped.
inline constexpr std::uint64_t actions_per_input_max = 1'000'000;
inline constexpr std::chrono::seconds time_per_input_max{10};  // inside the adapter
inline constexpr unsigned log_messages_max = 200;              // of one session
inline constexpr std::size_t log_message_size_max = 2048;      // bytes

// Closed when it is dropped. One thread at a time; the adapter's own log calls may come from any.
class AdapterSession {
 public:
  struct Options {
    const patchbay_module* module = nullptr;
    std::uint32_t adapter = 0;
    std::string name;  // for log lines
    const Clock& clock;
    const Log& log;
  };

  // Errors: BadInput and NoAdapter as the adapter refuses the request, Plugin for all else.
  [[nodiscard]] static Result<std::unique_ptr<AdapterSession>> open(
      const Options& options, std::unique_ptr<AbiRequest> request);
  AdapterSession(const AdapterSession&) = delete;
  AdapterSession& operator=(const AdapterSession&) = delete;
  ~AdapterSession();

  // Only after next() answered IDLE. What `payload` points to stays valid until it does so again.
  [[nodiscard]] Status feed(std::uint32_t kind, std::uint64_t id, const void* payload);
  // The next action; its payload, already checked, is valid until the next call. Unknown actions
  // that may be ignored are. Errors: Plugin.
  [[nodiscard]] Result<patchbay_action> next();
  // Lets the adapter come to an end by itself: one round, whatever it says.
  void cancel();

 private:
  AdapterSession(const Options& options, std::unique_ptr<AbiRequest> request);
  [[nodiscard]] Status start();
  [[nodiscard]] Status check_budget();
  static void log(void* context, std::int32_t level, patchbay_str message) noexcept;
  static const void* get_extension(void* context, const char* id) noexcept;

  const patchbay_module* module_;
  std::uint32_t adapter_;
  std::string name_;
  const Clock& clock_;
  const Log& log_;
  std::unique_ptr<AbiRequest> request_;
  patchbay_host host_{};
  patchbay_session* session_ = nullptr;
  std::uint64_t action_count_ = 0;                    // since the last input
  std::chrono::steady_clock::duration time_spent_{};  // likewise
  std::atomic<unsigned> log_count_ = 0;
};

}  // namespace patchbay::host
