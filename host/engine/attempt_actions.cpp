// What each action of a session does.
#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/attempt.hpp"
#include "host/engine/contract.hpp"
#include "host/engine/failures.hpp"

#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t excerpt_characters_max = 300;

// At most so many characters, from text that may be cut within one.
std::string excerpt_of(const std::string& text) {
  const std::string shown = printable(text);
  std::size_t end = 0;
  for (std::size_t characters = 0; end < shown.size(); ++end) {
    const bool begins_character = (static_cast<std::uint8_t>(shown[end]) & 0xC0U) != 0x80U;
    if (begins_character && ++characters > excerpt_characters_max) break;
  }
  return shortened(shown, end);
}

template <typename Payload>
const Payload& payload_of(const patchbay_action& action) {
  return *static_cast<const Payload*>(action.payload);
}

}  // namespace

Result<DrivenAttempt::After> DrivenAttempt::act(const patchbay_action& action) {
  switch (action.kind) {
    case PATCHBAY_ACT_IDLE: PATCHBAY_TRY(board_.await(action.id)); return After::Idle;
    case PATCHBAY_ACT_HTTP:
      PATCHBAY_TRY(start_exchange(action.id, payload_of<patchbay_http_request>(action)));
      break;
    case PATCHBAY_ACT_ABORT_HTTP: PATCHBAY_TRY(board_.give_up(action.id)); break;
    case PATCHBAY_ACT_WAIT: {
      const std::uint64_t wanted = payload_of<std::uint64_t>(action);
      // Longer than the deadline is never waited for anyway.
      const auto longest = static_cast<std::uint64_t>(deadline_.count()) + 1;
      const auto delay = std::chrono::milliseconds(std::min(wanted, longest));
      PATCHBAY_TRY(board_.start_timer(action.id, delay));
      break;
    }
    case PATCHBAY_ACT_PART: PATCHBAY_TRY(parts_.take(payload_of<patchbay_part>(action))); break;
    case PATCHBAY_ACT_USAGE: note_usage(payload_of<patchbay_usage>(action)); break;
    case PATCHBAY_ACT_META: note_meta(payload_of<patchbay_kv>(action)); break;
    case PATCHBAY_ACT_MODEL: PATCHBAY_TRY(pass_on_model(payload_of<patchbay_model>(action))); break;
    case PATCHBAY_ACT_DONE: finish_done(); return After::Ended;
    case PATCHBAY_ACT_ERROR:
      finish_reported(payload_of<patchbay_failure>(action));
      return After::Ended;
    default: break;
  }
  return After::GoOn;
}

Status DrivenAttempt::start_exchange(std::uint64_t id, const patchbay_http_request& wanted) {
  auto progress = std::make_shared<BodyProgress>();
  Exchange* exchange = PATCHBAY_TRY(board_.claim(id, progress));
  auto prepared = transport_.prepare(wanted, std::move(progress));
  Status started;
  if (prepared.ok()) {
    net::HttpRequest request = std::move(prepared).value();
    request.deadline = time_left();
    request.connect_timeout = limits_.connect_timeout;
    request.idle_timeout = limits_.idle_timeout;
    request.response_size_max = limits_.response_size_max;
    started = board_.start(*exchange, std::move(request));
  } else {
    started = prepared.error();
  }
  if (!started.ok()) exchange->refuse(started.error());
  return {};
}

void DrivenAttempt::note_usage(const patchbay_usage& usage) {
  const auto known = [&usage](std::uint32_t flag, std::uint64_t value) {
    return (usage.known & flag) != 0 ? std::optional(value) : std::nullopt;
  };
  outcome_.usage.input_tokens = known(PATCHBAY_USAGE_INPUT_TOKENS, usage.input_tokens);
  outcome_.usage.output_tokens = known(PATCHBAY_USAGE_OUTPUT_TOKENS, usage.output_tokens);
  outcome_.usage.total_tokens = known(PATCHBAY_USAGE_TOTAL_TOKENS, usage.total_tokens);
  outcome_.usage.images = known(PATCHBAY_USAGE_IMAGES, usage.images);
  outcome_.usage.cost_nano_usd = known(PATCHBAY_USAGE_COST, usage.cost_nano_usd);
}

void DrivenAttempt::note_meta(const patchbay_kv& pair) {
  if (outcome_.meta.size() >= meta_count_max || pair.key.len == 0) return;
  const Redactor& redactor = dependencies_.redactor;
  outcome_.meta.emplace_back(shown(view_of(pair.key), meta_key_size_max, redactor),
                             shown(view_of(pair.value), meta_value_size_max, redactor));
}

Status DrivenAttempt::pass_on_model(const patchbay_model& model) {
  if (++model_count_ > models_max)
    return Error{ErrorCode::Protocol,
                 "the provider lists more than " + std::to_string(models_max) + " models",
                 {},
                 {}};
  const auto text = [this](const patchbay_str& words) {
    return shown(view_of(words), model_text_size_max, dependencies_.redactor);
  };
  ListedModel listed;
  listed.id = text(model.id);
  listed.display_name = text(model.display_name);
  listed.description = text(model.description);
  listed.draws = (model.flags & PATCHBAY_MODEL_IMAGES) != 0;
  listed.chats = (model.flags & PATCHBAY_MODEL_CHAT) != 0;
  return sink_.model(listed);
}

void DrivenAttempt::finish_done() {
  if (const Status whole = parts_.finish(); !whole.ok()) {
    fail(whole.error());
    return;
  }
  const bool draws = request_.operation == Operation::Image;
  const bool chats = request_.operation == Operation::Chat;
  const bool has_anything = parts_.has_final_image() || parts_.has_final_text();
  if ((draws && !parts_.has_final_image()) || (chats && !has_anything)) {
    Failure failure;
    failure.category = Category::NoOutput;
    failure.message = draws ? "the provider answered without an image" : "the answer is empty";
    if (parts_.has_final_text())
      failure.message +=
          "; it said: " + excerpt_of(dependencies_.redactor.redact(parts_.text_excerpt()));
    finish(std::move(failure));
    return;
  }
  finish(std::nullopt);
}

void DrivenAttempt::finish_reported(const patchbay_failure& reported) {
  Failure failure = failure_of(reported, dependencies_.redactor);
  if (host_failure_ && hides_host_failure(failure, *host_failure_)) failure = *host_failure_;
  // No provider said it: what was asked for is wrong as it stands here.
  if (failure.category == Category::BadRequest && !board_.has_any())
    failure.local_code = ErrorCode::BadInput;
  if (failure.category == Category::NoOutput && parts_.has_final_text())
    failure.message +=
        "; it said: " + excerpt_of(dependencies_.redactor.redact(parts_.text_excerpt()));
  finish(std::move(failure));
}

}  // namespace patchbay::host
