#include "host/emulator/chat_answer.hpp"
#include "host/emulator/chat_content.hpp"
#include "host/emulator/requesty_errors.hpp"
#include "host/emulator/requesty_generation.hpp"
#include "host/emulator/requesty_models.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace patchbay::emulator {
namespace {

json::Value usage_of(const TokenUse& use, const Cost& cost) {
  json::Value prompt;
  prompt.set("cached_tokens", 0);
  prompt.set("caching_tokens", 0);
  json::Value usage;
  usage.set("prompt_tokens", use.prompt);
  usage.set("completion_tokens", use.completion());
  usage.set("total_tokens", use.prompt + use.completion());
  usage.set("prompt_tokens_details", std::move(prompt));
  usage.set("cost", cost.total());
  return usage;
}

// Models that make images make one unless the modalities leave it out.
std::optional<RequestyError> choose_output(const ChatRequest& request, ChatWork& work) {
  if (!makes_text(work.model)) return requesty_unknown_model();
  if (request.asks_image && !makes_images(work.model)) return requesty_unknown_model();
  work.wants_image = makes_images(work.model) && (request.asks_image || !request.has_modalities);
  if (!work.wants_image) return std::nullopt;
  auto shape = choose_image_shape(work.model, request.wish);
  if (auto* wrong = std::get_if<std::string>(&shape))
    return requesty_upstream_error(400, std::move(*wrong));
  work.shape = std::get<ImageShape>(shape);
  return std::nullopt;
}

Reply answer(const ChatContent& content, const ChatWork& work, const RequestyCall& call) {
  const Cost cost = cost_of(work.model, content.use);
  const bool streams = work.request.streams;
  const bool breaks = call.faults.has_any({Fault::MidStreamError, Fault::ChoiceError});
  if (breaks && !streams) return error_reply(requesty_broken_stream());
  const ChatFrame frame{.dialect = ChatDialect::Requesty,
                        .id = call.id,
                        .model = work.model.id,
                        .upstream = work.model.upstream,
                        .created = call.now_ms / 1000,
                        .usage = usage_of(content.use, cost),
                        .shows_usage = work.request.wants_usage,
                        .error = error_value(requesty_broken_stream())};
  Reply reply = chat_reply(content, frame, streams, call.faults);
  const bool tells_cost = !streams || work.request.wants_usage;
  if (reply.charge == Charge::Billed && tells_cost) reply.cost_usd = cost.total();
  return reply;
}

}  // namespace

Reply requesty_chat(const RequestyCall& call) {
  const auto body = parse_router_body(call.request.body);
  if (const auto* problem = std::get_if<ChatProblem>(&body))
    return error_reply(requesty_error(*problem));
  const auto parsed = parse_chat(std::get<json::Value>(body));
  if (const auto* problem = std::get_if<ChatProblem>(&parsed))
    return error_reply(requesty_error(*problem));
  const auto& request = std::get<ChatRequest>(parsed);
  const RoutedModel* model = find_requesty_model(request.model);
  if (model == nullptr) return error_reply(requesty_unknown_model());
  ChatWork work{.request = request,
                .model = *model,
                .faults = call.faults,
                .pictures = call.choice,
                .wants_image = false,
                .shape = {}};
  if (const auto error = choose_output(request, work)) return error_reply(*error);
  const Result<ChatContent> content = make_chat_content(work, call.pictures);
  if (!content.ok()) return error_reply(requesty_error(500, content.error().message));
  return answer(content.value(), work, call);
}

}  // namespace patchbay::emulator
