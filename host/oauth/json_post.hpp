// One POST whose answer is a small JSON document, read while it arrives.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"
#include <patchbay/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace patchbay::host {

class JsonPost final : private net::HttpObserver {
 public:
  static constexpr std::chrono::milliseconds deadline{20'000};
  static constexpr std::uint64_t answer_size_max = std::uint64_t{64} << 10U;

  struct Answer {
    unsigned status = 0;
    bool is_json = true;
    std::optional<net::NetFailure> failure;  // instead of the two above
  };
  // Called once, on the loop's thread, after start() returned; it may drop this object.
  using Done = std::function<void(const Answer& answer)>;

  // The reader must outlive it. Dropping it cancels what runs. Errors: BadInput.
  [[nodiscard]] static Result<std::unique_ptr<JsonPost>> start(net::EventLoop& loop,
                                                               net::HttpClient& client,
                                                               net::HttpRequest request,
                                                               JsonReader& reader,
                                                               Done done);
  JsonPost(const JsonPost&) = delete;
  JsonPost& operator=(const JsonPost&) = delete;
  ~JsonPost() override;

 private:
  JsonPost(net::EventLoop& loop, net::HttpClient& client, JsonReader& reader, Done done);

  void on_head(unsigned status, std::span<const net::Header> headers) override;
  [[nodiscard]] net::Flow on_data(std::span<const std::uint8_t> bytes) override;
  void on_end() override;
  void on_fail(const net::NetFailure& failure) override;
  void finish();

  net::EventLoop& loop_;
  net::HttpClient& client_;
  JsonReader& reader_;
  Done done_;
  Answer answer_;
  std::optional<net::ExchangeId> exchange_;
  net::EventLoop::Timer timer_;
};

// What went wrong on the way, after "WHAT: ".
[[nodiscard]] Error error_of(const net::NetFailure& failure, const std::string& what);

}  // namespace patchbay::host
