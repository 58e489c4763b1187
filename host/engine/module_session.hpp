// A session of an adapter in this process, held to its contract: open, feed, next, close.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "host/engine/abi_request.hpp"
#include "host/engine/adapter_session.hpp"
#include "host/engine/session_log.hpp"
#include <patchbay/plugin.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace patchbay::host {

inline constexpr std::chrono::seconds time_per_input_max{10};  // inside the adapter

// Closed when it is dropped. One thread at a time; the adapter's own log calls may come from any.
class ModuleSession final : public AdapterSession {
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
  ModuleSession(const ModuleSession&) = delete;
  ModuleSession& operator=(const ModuleSession&) = delete;
  ~ModuleSession() override;

  [[nodiscard]] Status feed(std::uint32_t kind, std::uint64_t id, const void* payload) override;
  // Never empty.
  [[nodiscard]] Result<std::optional<patchbay_action>> next() override;
  void cancel() override;

 private:
  ModuleSession(const Options& options, std::unique_ptr<AbiRequest> request);
  [[nodiscard]] Status start();
  [[nodiscard]] Status check_budget();
  static void log(void* context, std::int32_t level, patchbay_str message) noexcept;
  static const void* get_extension(void* context, const char* id) noexcept;

  const patchbay_module* module_;
  std::uint32_t adapter_;
  const Clock& clock_;
  SessionLog log_;
  std::unique_ptr<AbiRequest> request_;
  patchbay_host host_{};
  patchbay_session* session_ = nullptr;
  std::uint64_t action_count_ = 0;                    // since the last input
  std::chrono::steady_clock::duration time_spent_{};  // likewise
};

}  // namespace patchbay::host
