// One exchange of a session: what came in waits here until the session asks for it.
#pragma once

#include "core/net/http_client.hpp"
#include "host/engine/body.hpp"
#include <patchbay/plugin.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace patchbay::host {

struct ExchangeHead {
  unsigned status = 0;
  std::vector<net::Header> headers;
};

// One input for the session. The pointers are valid until the next one is taken from the same
// exchange, or until the client's callback returns.
struct ExchangeEvent {
  std::uint32_t kind = PATCHBAY_IN_HTTP_END;  // PATCHBAY_IN_*
  const ExchangeHead* head = nullptr;
  std::span<const std::uint8_t> data;
  const net::NetFailure* failure = nullptr;
};

// Bytes are passed on where the client has them. While the session waits for something else at most
// one piece is copied, and the exchange paused.
class Exchange final : public net::HttpObserver {
 public:
  // Called after something came in, on the loop's thread; may take events.
  using Listener = std::function<void()>;
  // True while the session waits for this exchange.
  using Awaited = std::function<bool()>;

  Exchange(std::shared_ptr<BodyProgress> progress, Listener listener, Awaited awaited)
      : progress_(std::move(progress)),
        listener_(std::move(listener)),
        awaited_(std::move(awaited)) {}

  // After the client took the request.
  void started(net::ExchangeId client_id, bool has_body);
  [[nodiscard]] net::ExchangeId client_id() const { return client_id_; }  // 0: never started

  [[nodiscard]] std::optional<ExchangeEvent> take();
  // The host does not send it, and says why.
  void refuse(const Error& why);
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
  // True once its end was taken, or it was given up.
  [[nodiscard]] bool is_over() const { return over_; }
  void give_up();
  // True where the client stopped reading for us.
  [[nodiscard]] bool is_paused() const { return paused_ && !over_; }
  void release_pause() { paused_ = false; }
  // Whether bytes of it may have left this machine.
  [[nodiscard]] bool may_be_sent() const;
  [[nodiscard]] const BodyProgress& progress() const { return *progress_; }
  [[nodiscard]] std::uint64_t bytes_received() const { return bytes_received_; }

  void on_head(unsigned status, std::span<const net::Header> headers) override;
  [[nodiscard]] net::Flow on_data(std::span<const std::uint8_t> bytes) override;
  void on_end() override;
  void on_fail(const net::NetFailure& failure) override;

 private:
  std::shared_ptr<BodyProgress> progress_;  // shared with the body, which the client owns
  Listener listener_;
  Awaited awaited_;
  net::ExchangeId client_id_ = 0;
  bool has_body_ = false;
  std::optional<ExchangeHead> head_;
  bool head_taken_ = false;
  std::span<const std::uint8_t> data_;  // not taken yet; in kept_, or the client's
  std::vector<std::uint8_t> kept_;
  bool ended_ = false;
  std::optional<net::NetFailure> failure_;
  std::optional<Error> refusal_;
  bool over_ = false;
  bool paused_ = false;
  std::uint64_t bytes_received_ = 0;
};

}  // namespace patchbay::host
