#include "host/emulator/openrouter_chat.hpp"

#include "host/emulator/chat_answer.hpp"
#include "host/emulator/chat_content.hpp"
#include "host/emulator/openrouter_errors.hpp"
#include "host/emulator/openrouter_models.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace patchbay::emulator {
namespace {

// An image comes where the modalities ask for one, and from models that make nothing else.
std::optional<OpenRouterError> choose_output(const ChatRequest& request, ChatWork& work) {
  const RoutedModel& model = work.model;
  if (request.asks_image && !makes_images(model))
    return openrouter_error(
        404, "No endpoints found that support the requested output modalities: image");
  if (request.has_modalities && request.asks_text && !makes_text(model))
    return openrouter_error(
        404, "No endpoints found that support the requested output modalities: image, text");
  work.wants_image = request.asks_image || !makes_text(model);
  if (!work.wants_image) return std::nullopt;
  auto shape = choose_image_shape(model, request.wish);
  if (auto* wrong = std::get_if<std::string>(&shape))
    return openrouter_typed_error(400, std::move(*wrong), "invalid_request");
  work.shape = std::get<ImageShape>(shape);
  return std::nullopt;
}

// What is told where the answer breaks off.
json::Value break_error(const FaultSet& faults) {
  return error_value(openrouter_typed_error(502, "Provider disconnected", "provider_unavailable"),
                     faults);
}

Reply answer(const ChatContent& content, const ChatWork& work, const OpenRouterCall& call) {
  const Cost cost = cost_of(work.model, content.use);
  const ChatFrame frame{.dialect = ChatDialect::OpenRouter,
                        .id = call.id,
                        .model = work.model.id,
                        .upstream = work.model.upstream,
                        .created = call.now_ms / 1000,
                        .usage = usage_of(content.use, cost, UsageForm::Chat),
                        .shows_usage = true,
                        .error = break_error(call.faults)};
  Reply reply = chat_reply(content, frame, work.request.streams, call.faults);
  reply.headers.push_back({.name = "X-Generation-Id", .value = call.id});
  if (reply.charge == Charge::None) return reply;
  reply.cost_usd = cost.total();
  call.log.add({.id = call.id,
                .model = &work.model,
                .api_type = "completions",
                .use = content.use,
                .cost = cost,
                .finish_reason = content.finish_reason,
                .native_finish_reason = content.native_finish_reason,
                .streamed = work.request.streams,
                .images_in = work.request.prompt.image_count,
                .images_out = content.image_count,
                .created_ms = call.now_ms});
  return reply;
}

}  // namespace

Reply openrouter_chat(const OpenRouterCall& call) {
  const auto fail = [&](const OpenRouterError& error) { return error_reply(error, call.faults); };
  const auto body = parse_router_body(call.request.body);
  if (const auto* problem = std::get_if<ChatProblem>(&body))
    return fail(openrouter_error(*problem));
  const auto parsed = parse_chat(std::get<json::Value>(body));
  if (const auto* problem = std::get_if<ChatProblem>(&parsed))
    return fail(openrouter_error(*problem));
  const auto& request = std::get<ChatRequest>(parsed);
  const RoutedModel* model = find_openrouter_model(request.model);
  if (model == nullptr) return fail(openrouter_unknown_model(request.model));
  ChatWork work{.request = request,
                .model = *model,
                .faults = call.faults,
                .pictures = call.choice,
                .wants_image = false,
                .shape = {}};
  if (const auto error = choose_output(request, work)) return fail(*error);
  const Result<ChatContent> content = make_chat_content(work, call.pictures);
  if (!content.ok()) return fail(openrouter_error(500, content.error().message));
  return answer(content.value(), work, call);
}

}  // namespace patchbay::emulator
