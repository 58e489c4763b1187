// Drives one adapter's coroutine by the C ABI's feed() and next().
//
// The leaf coroutine that wants input parks its handle in Io. feed() resumes it; it queues actions
// and parks again when it asks for more; next() hands the actions out and answers IDLE when there
// are none. So whatever an input produced is taken before the next input exists, and the actions
// may point into it.
#pragma once

#include <patchbay/adapter.hpp>
#include <patchbay/io.hpp>
#include <patchbay/request.hpp>

#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace patchbay::inline v1 {

class Session {
 public:
  Session(std::unique_ptr<Adapter> adapter,
          const patchbay_host& host,
          const patchbay_request& request)
      : request_(request),
        io_(host),
        adapter_(std::move(adapter)),
        task_(adapter_->run(request_, io_)) {
    task_.handle_.promise().trampoline = &io_.trampoline_;
    io_.waiting_ = task_.handle_;
  }

  patchbay_status feed(const patchbay_input& input) {
    if (told_end_) return PATCHBAY_OK;
    if (input.kind == PATCHBAY_IN_CANCEL) return cancel();
    if (!std::exchange(idle_, false)) return PATCHBAY_E_STATE;  // actions still point into the last
    if (!is_awaited(input)) return PATCHBAY_OK;  // of an abandoned exchange, or unknown
    io_.now_unix_ms_ = input.now_unix_ms;
    io_.input_ = &input;
    io_.outbox_.set_input(bytes_of(input));
    resume();
    return PATCHBAY_OK;
  }

  void next(patchbay_action& out) {
    while (!io_.outbox_.take(out)) {
      if (!std::exchange(io_.waits_for_drain_, false)) return rest(out);
      resume();
    }
  }

 private:
  [[nodiscard]] bool is_awaited(const patchbay_input& input) const noexcept {
    constexpr std::uint32_t kinds = 32;
    if (input.id != io_.awaited_id_ || input.kind >= kinds) return false;
    return (io_.awaited_kinds_ >> input.kind & 1U) != 0;
  }
  [[nodiscard]] static std::string_view bytes_of(const patchbay_input& input) noexcept {
    if (input.kind != PATCHBAY_IN_HTTP_DATA) return {};
    return to_view(*static_cast<const patchbay_bytes*>(input.payload));
  }

  void resume() {
    io_.trampoline_.ready = std::exchange(io_.waiting_, {});
    io_.trampoline_.run();
    if (task_.handle_.done()) conclude();
  }
  // Never throws for want of memory: the texts here fit into a string without any.
  void conclude() try {
    ended_ = true;
    auto& promise = task_.handle_.promise();
    if (promise.thrown) std::rethrow_exception(promise.thrown);
    if (promise.value->failure()) end_with(*promise.value->failure());
  } catch (const Failed& failed) {
    end_with_or_without_words(failed.failure());
  } catch (const std::bad_alloc&) {
    end_with(Failure(PATCHBAY_ERR_PLUGIN, "out of memory"));
  } catch (const std::exception& error) {
    end_with_or_without_words(Failure(PATCHBAY_ERR_PLUGIN, error.what()));
  } catch (...) {
    end_with(Failure(PATCHBAY_ERR_PLUGIN, "unknown"));
  }
  void end_with_or_without_words(const Failure& failure) try {
    end_with(failure);
  } catch (const std::bad_alloc&) {
    end_with(Failure(failure.category, "out of memory"));
  }
  patchbay_status cancel() {
    io_.outbox_.clear();
    io_.waits_for_drain_ = false;
    ended_ = true;
    end_with(Failure(PATCHBAY_ERR_CANCELLED, "cancelled"));
    return PATCHBAY_OK;
  }
  void end_with(Failure failure) {
    failure_ = std::move(failure);
    c_failure_.struct_size = sizeof c_failure_;
    c_failure_.category = failure_.category;
    c_failure_.billed = failure_.billed;
    c_failure_.http_status = failure_.http_status;
    c_failure_.retry_after_ms = failure_.retry_after_ms;
    c_failure_.provider_code = to_str(failure_.provider_code);
    c_failure_.message = to_str(failure_.message);
    c_failure_.understood = failure_.understood ? 1 : 0;
  }
  void rest(patchbay_action& out) noexcept {
    idle_ = true;
    told_end_ = ended_;
    const bool failed = c_failure_.struct_size != 0;
    out.kind = failed ? PATCHBAY_ACT_ERROR : PATCHBAY_ACT_DONE;
    if (!ended_) out.kind = PATCHBAY_ACT_IDLE;
    out.id = ended_ ? 0 : io_.awaited_id_;
    out.payload = failed ? &c_failure_ : nullptr;
  }

  Request request_;
  Io io_;
  std::unique_ptr<Adapter> adapter_;
  Task task_;  // last: its frames are destroyed first, while Io and Adapter still stand
  bool idle_ = true;
  bool ended_ = false;
  bool told_end_ = false;  // ended, and the host has taken all of it
  Failure failure_;
  patchbay_failure c_failure_{};
};

}  // namespace patchbay::inline v1
