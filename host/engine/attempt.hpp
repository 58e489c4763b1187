// One attempt: an adapter's session, driven on the loop until it ends.
#pragma once

#include "host/engine/abi_request.hpp"
#include "host/engine/adapter_session.hpp"
#include "host/engine/engine.hpp"
#include "host/engine/exchange_board.hpp"
#include "host/engine/part_decoder.hpp"
#include "host/engine/transport.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t meta_count_max = 64;
inline constexpr std::size_t meta_key_size_max = 64;       // bytes
inline constexpr std::size_t meta_value_size_max = 1'024;  // bytes
inline constexpr std::size_t models_max = 10'000;
inline constexpr std::size_t model_text_size_max = 2'048;  // bytes of each field

// Runs on the loop's thread only. One input goes in, then actions come out until the session is
// idle; so nothing is ever in the middle of two things.
class DrivenAttempt final : public RunningAttempt {
 public:
  using Done = std::function<void(AttemptOutcome)>;

  DrivenAttempt(const EngineDependencies& dependencies,
                const EngineLimits& limits,
                AttemptInput input,
                Done done);
  DrivenAttempt(const DrivenAttempt&) = delete;
  DrivenAttempt& operator=(const DrivenAttempt&) = delete;
  ~DrivenAttempt() override;

  void start();
  void cancel() override;
  [[nodiscard]] std::uint64_t bytes_received() const override;

 private:
  enum class After : std::uint8_t { GoOn, Idle, Ended };

  [[nodiscard]] Status open();
  [[nodiscard]] Result<std::unique_ptr<AdapterSession>> open_in_worker(const AbiRequest& request);
  [[nodiscard]] Result<std::unique_ptr<AdapterSession>> open_here(
      std::unique_ptr<AbiRequest> request);
  [[nodiscard]] Status check_auth_type() const;
  // Feeds what is there for the session until it waits for something that is not.
  void pump();
  void deliver(const ExchangeBoard::Input& input);
  void deliver_head(const ExchangeBoard::Input& input);
  void deliver_failure(const ExchangeBoard::Input& input);
  void feed(std::uint32_t kind, std::uint64_t id, const void* payload);
  void drain();
  // The session has something to say again.
  void go_on();

  [[nodiscard]] Result<After> act(const patchbay_action& action);
  [[nodiscard]] Status start_exchange(std::uint64_t id, const patchbay_http_request& wanted);
  void note_usage(const patchbay_usage& usage);
  void note_meta(const patchbay_kv& pair);
  [[nodiscard]] Status pass_on_model(const patchbay_model& model);
  void finish_done();
  void finish_reported(const patchbay_failure& reported);

  void stop(Failure failure);
  void fail(const Error& error);
  void finish(std::optional<Failure> failure);
  void report();
  [[nodiscard]] Billed billed_so_far() const;
  [[nodiscard]] std::chrono::milliseconds elapsed() const;
  [[nodiscard]] std::chrono::milliseconds time_left() const;

  EngineDependencies dependencies_;
  EngineLimits limits_;
  const Request& request_;
  const Candidate& candidate_;
  Sink& sink_;
  AdapterCode code_;
  std::uint64_t random_;
  std::chrono::milliseconds deadline_;
  Done done_;

  Redactor::Registration registration_;
  Transport transport_;
  PartDecoder parts_;
  std::unique_ptr<AdapterSession> session_;  // empty: not opened yet, or closed
  ExchangeBoard board_;
  net::EventLoop::Timer deadline_timer_;
  std::chrono::steady_clock::time_point started_;
  std::vector<patchbay_kv> head_pairs_;  // of the head in delivery

  bool pumping_ = false;
  bool computing_ = false;  // the session has not come to rest, and says so when it has
  bool finished_ = false;
  std::optional<Failure> stop_wanted_;   // cancel() was called from within
  std::optional<Failure> host_failure_;  // of the exchange that failed last, until another answers
  std::size_t model_count_ = 0;
  AttemptOutcome outcome_;
  std::shared_ptr<bool> alive_;  // shared with tasks that are posted to the loop
};

}  // namespace patchbay::host
