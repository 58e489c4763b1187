// A session whose adapter runs in a worker: a process of its own, gone with the session. Nothing
// here waits for it; whatever it does or sends ends this one session at most.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/socket_watch.hpp"
#include "host/engine/abi_request.hpp"
#include "host/engine/adapter_session.hpp"
#include "host/engine/session_log.hpp"
#include "host/worker/process.hpp"
#include "host/worker/wire_action.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace patchbay::host {

// Until the adapter's first or next action; its answer to one input is not waited for longer.
inline constexpr std::chrono::seconds worker_answer_time_max{10};

class WorkerSession final : public AdapterSession {
 public:
  struct Options {
    const WorkerCode& code;
    std::uint32_t adapter = 0;
    std::string name;  // for log lines
    net::EventLoop& loop;
    const Clock& clock;
    const Log& log;
    std::function<void()> ready;  // next() has something to say again
  };

  // Starts the worker; what open() answers comes with the first next(). Errors: Plugin.
  [[nodiscard]] static Result<std::unique_ptr<AdapterSession>> open(Options options,
                                                                    const AbiRequest& request);
  WorkerSession(const WorkerSession&) = delete;
  WorkerSession& operator=(const WorkerSession&) = delete;
  ~WorkerSession() override = default;

  [[nodiscard]] Status feed(std::uint32_t kind, std::uint64_t id, const void* payload) override;
  [[nodiscard]] Result<std::optional<patchbay_action>> next() override;
  void cancel() override;

 private:
  WorkerSession(Options options, WorkerProcess process);
  [[nodiscard]] Status watch();
  void send(const std::string& frame);
  void write_more();
  void happened(net::SocketWatch::Event event);
  // Whether a whole frame is in frame_ now; false where none is there yet.
  [[nodiscard]] Result<bool> read_frame();
  [[nodiscard]] int receive_more();
  // For the worker, or for the loop's next round.
  [[nodiscard]] std::optional<patchbay_action> wait(std::chrono::milliseconds at_most);
  // Empty where the frame was none for the engine.
  [[nodiscard]] Result<std::optional<patchbay_action>> take();
  [[nodiscard]] static Status take_opened(wire::Reader& reader);
  [[nodiscard]] Result<std::optional<patchbay_action>> take_action(wire::Reader& reader);
  [[nodiscard]] Error broken(std::string what);

  net::EventLoop& loop_;
  const Clock& clock_;
  SessionLog log_;
  std::function<void()> ready_;
  WorkerProcess process_;
  std::unique_ptr<net::SocketWatch> watch_;  // empty: the worker was ended
  int socket_ = -1;                          // the watch owns it
  net::EventLoop::Timer patience_;
  bool waiting_ = false;  // next() answered that nothing is there yet
  bool overdue_ = false;  // it took too long

  std::string outgoing_;
  std::string incoming_;
  std::size_t incoming_read_ = 0;  // so many bytes of it are done with
  std::uint32_t frame_kind_ = 0;
  std::string frame_;  // the body that the newest action points into
  std::string lent_;   // likewise: the newest input's data
  wire::ReadAction action_;
  std::uint64_t frame_count_ = 0;  // since the last input
  unsigned frames_in_a_row_ = 0;   // without the loop's other tasks between
};

}  // namespace patchbay::host
