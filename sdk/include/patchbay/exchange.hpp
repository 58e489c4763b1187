// One HTTP request on its way and the response to it.
#pragma once

#include <patchbay/async.hpp>
#include <patchbay/scalars.hpp>

#include <coroutine>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::inline v1 {

class Io;

// Suspends until an input for `id` comes whose kind is one of `kinds`, bits counted from 1 << 0.
class InputAwaiter {
 public:
  InputAwaiter(Io& io, std::uint64_t id, std::uint32_t kinds) noexcept
      : io_(&io), id_(id), kinds_(kinds) {}

  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a coroutine asks an object
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const noexcept;
  [[nodiscard]] const patchbay_input& await_resume() const noexcept;

 private:
  Io* io_;
  std::uint64_t id_;
  std::uint32_t kinds_;
};

// What a failed transport means for the session.
[[nodiscard]] inline Failure failure_of_transport(const patchbay_http_fail* fail) {
  Failure failure(PATCHBAY_ERR_NETWORK, "the connection failed");
  if (fail == nullptr) return failure;
  if (fail->kind == PATCHBAY_FAIL_LIMIT) failure.category = PATCHBAY_ERR_PROTOCOL;
  if (fail->kind == PATCHBAY_FAIL_POLICY) failure.category = PATCHBAY_ERR_PLUGIN;
  if (fail->sent == 0) failure.billed = PATCHBAY_BILLED_NO;
  if (fail->message.len > 0) failure.message = to_view(fail->message);
  return failure;
}

// Dropping it before its end tells the host to abort it. Await one exchange at a time.
class Exchange {
 public:
  Exchange(Io& io, std::uint64_t id) noexcept : io_(&io), id_(id) {}
  Exchange(Exchange&& other) noexcept
      : io_(std::exchange(other.io_, nullptr)),
        id_(other.id_),
        status_(other.status_),
        ended_(other.ended_),
        headers_(std::move(other.headers_)) {}
  Exchange& operator=(Exchange&&) = delete;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  [[nodiscard]] std::uint32_t status() const noexcept { return status_; }
  // Empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const noexcept {
    for (const auto& [name, value] : headers_)
      if (name == lower_case_name) return value;
    return {};
  }

  // co_await exchange.chunk(): the next piece of the body, valid until the next co_await that takes
  // input; nothing at the end. Throws Failed where the transport failed.
  class ChunkAwaiter {
   public:
    explicit ChunkAwaiter(Exchange& exchange) noexcept
        : exchange_(&exchange), input_(*exchange.io_, exchange.id_, chunk_kinds) {}
    [[nodiscard]] bool await_ready() const noexcept { return exchange_->ended_; }
    void await_suspend(std::coroutine_handle<> handle) const noexcept {
      input_.await_suspend(handle);
    }
    [[nodiscard]] std::optional<std::string_view> await_resume() const {
      if (exchange_->ended_) return std::nullopt;
      return exchange_->read_chunk(input_.await_resume());
    }

   private:
    static constexpr std::uint32_t chunk_kinds =
        1U << PATCHBAY_IN_HTTP_DATA | 1U << PATCHBAY_IN_HTTP_END | 1U << PATCHBAY_IN_HTTP_FAIL;
    Exchange* exchange_;
    InputAwaiter input_;
  };
  [[nodiscard]] ChunkAwaiter chunk() noexcept { return ChunkAwaiter(*this); }

 private:
  friend class Io;
  static constexpr std::uint32_t head_kinds =
      1U << PATCHBAY_IN_HTTP_HEAD | 1U << PATCHBAY_IN_HTTP_END | 1U << PATCHBAY_IN_HTTP_FAIL;

  void read_head(const patchbay_input& input) {
    if (input.kind != PATCHBAY_IN_HTTP_HEAD) (void)read_chunk(input);
    if (ended_) throw Failed(PATCHBAY_ERR_PROTOCOL, "the response ended before its head");
    const auto& head = *static_cast<const patchbay_http_head*>(input.payload);
    status_ = head.status;
    for (std::uint64_t i = 0; i < head.header_count; ++i)
      headers_.emplace_back(to_view(head.headers[i].key), to_view(head.headers[i].value));
  }
  std::optional<std::string_view> read_chunk(const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_HTTP_DATA)
      return to_view(*static_cast<const patchbay_bytes*>(input.payload));
    ended_ = true;
    if (input.kind == PATCHBAY_IN_HTTP_END) return std::nullopt;
    throw Failed(failure_of_transport(static_cast<const patchbay_http_fail*>(input.payload)));
  }

  Io* io_;
  std::uint64_t id_;
  std::uint32_t status_ = 0;
  bool ended_ = false;
  std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace patchbay::inline v1
