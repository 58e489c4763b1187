// What a running session can do: exchanges, timers, and the parts of its answer.
#pragma once

#include <patchbay/async.hpp>
#include <patchbay/call.hpp>
#include <patchbay/exchange.hpp>
#include <patchbay/outbox.hpp>

#include <coroutine>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace patchbay::inline v1 {

// What each string of for_each_string() becomes.
struct PartShape {
  std::uint32_t kind;
  std::uint32_t encoding;
};
inline constexpr PartShape into_image = {PATCHBAY_PART_IMAGE, PATCHBAY_ENCODING_BASE64};
inline constexpr PartShape into_text = {PATCHBAY_PART_TEXT, PATCHBAY_ENCODING_RAW};

class Io {
 public:
  explicit Io(const patchbay_host& host) noexcept : host_(&host) {}
  Io(const Io&) = delete;
  Io& operator=(const Io&) = delete;
  ~Io() = default;

  // ---- exchanges and time: co_await each
  // ----------------------------------------------------------

  // Resumes when the head of the response is there.
  Async<Exchange> send(HttpCall call);
  Async<Exchange> get(std::string target) { return send(HttpCall("GET", std::move(target))); }
  Async<Exchange> post(std::string target,
                       Body body,
                       std::string content_type = "application/json") {
    HttpCall call("POST", std::move(target));
    call.header("content-type", std::move(content_type)).body(std::move(body));
    return send(std::move(call));
  }
  Async<void> sleep_ms(std::uint64_t delay_ms);

  // Every string at a path of a JSON body, each as one part or, in pieces, to a callable
  // (std::string_view piece, bool last). See <patchbay/read.hpp> for more than strings.
  Async<void> for_each_string(Exchange& exchange, std::string_view path, PartShape shape);
  template <class OnPiece>
  Async<void> for_each_string(Exchange& exchange, std::string_view path, OnPiece on_piece);

  // The failure that an error response of the usual shapes means; see <patchbay/http_error.hpp>.
  Async<Outcome> fail_from(Exchange& exchange);

  // Lets the host take what is queued, without new input: bounds the queue inside a large chunk.
  class Drained {
   public:
    explicit Drained(Io& io) noexcept : io_(&io) {}
    [[nodiscard]] bool await_ready() const noexcept { return io_->outbox_.has_room(); }
    void await_suspend(std::coroutine_handle<> handle) const noexcept {
      io_->waiting_ = handle;
      io_->waits_for_drain_ = true;
    }
    void await_resume() const noexcept {}

   private:
    Io* io_;
  };
  [[nodiscard]] Drained drained() noexcept { return Drained(*this); }

  // ---- the answer
  // ---------------------------------------------------------------------------------

  [[nodiscard]] std::uint32_t next_part_index() noexcept { return next_part_++; }
  void part(const patchbay_part& piece) { outbox_.push_part(piece); }
  void end_part(const patchbay_part& last) { outbox_.end_part(last); }
  // A whole piece of text as a part of its own.
  void text(std::string_view text) {
    patchbay_part whole{};
    whole.index = next_part_index();
    whole.kind = PATCHBAY_PART_TEXT;
    whole.flags = PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST;
    whole.belongs_to = PATCHBAY_NO_PART;
    whole.data = to_bytes(text);
    outbox_.push_part(whole);
  }
  void usage(const patchbay_usage& usage) { outbox_.push_usage(usage); }
  void meta(std::string_view key, std::string_view value) { outbox_.push_meta(key, value); }
  void model(const patchbay_model& model) { outbox_.push_model(model); }

  // ---- the host
  // -----------------------------------------------------------------------------------

  void log(std::int32_t level, std::string_view message) const {
    if (host_->log != nullptr) host_->log(host_->context, level, to_str(message));
  }
  [[nodiscard]] const void* extension(const char* id) const {
    return host_->get_extension == nullptr ? nullptr : host_->get_extension(host_->context, id);
  }
  // The only clock of a session: when the latest input came.
  [[nodiscard]] std::uint64_t now_unix_ms() const noexcept { return now_unix_ms_; }

 private:
  friend class Exchange;
  friend class InputAwaiter;
  friend class Session;

  void abandon(std::uint64_t id) noexcept try {
    outbox_.push(PATCHBAY_ACT_ABORT_HTTP, id);
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory; the end of the session aborts it
  }

  const patchbay_host* host_;
  Trampoline trampoline_;
  Outbox outbox_;
  std::coroutine_handle<> waiting_;  // the leaf to resume, and what resumes it:
  std::uint64_t awaited_id_ = 0;     // 0 until the session has started
  std::uint32_t awaited_kinds_ = 1U << PATCHBAY_IN_START;
  bool waits_for_drain_ = false;
  const patchbay_input* input_ = nullptr;
  std::uint64_t now_unix_ms_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint32_t next_part_ = 0;
};

inline void InputAwaiter::await_suspend(std::coroutine_handle<> handle) const noexcept {
  io_->waiting_ = handle;
  io_->awaited_id_ = id_;
  io_->awaited_kinds_ = kinds_;
}
inline const patchbay_input& InputAwaiter::await_resume() const noexcept {
  return *io_->input_;
}

inline Exchange::~Exchange() {
  if (io_ != nullptr && !ended_) io_->abandon(id_);
}

inline Async<Exchange> Io::send(HttpCall call) {
  Exchange exchange(*this, ++last_id_);
  outbox_.push_call(exchange.id_, call.freeze());
  InputAwaiter head(*this, exchange.id_, Exchange::head_kinds);
  exchange.read_head(co_await head);
  co_return std::move(exchange);
}

inline Async<void> Io::sleep_ms(std::uint64_t delay_ms) {
  const std::uint64_t id = ++last_id_;
  outbox_.push_wait(id, delay_ms);
  InputAwaiter timer(*this, id, 1U << PATCHBAY_IN_TIMER);
  static_cast<void>(co_await timer);
}

}  // namespace patchbay::inline v1
