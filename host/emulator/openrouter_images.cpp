#include "host/emulator/openrouter_images.hpp"

#include "host/emulator/chat_content.hpp"
#include "host/emulator/content.hpp"
#include "host/emulator/openrouter_errors.hpp"
#include "host/emulator/openrouter_models.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace patchbay::emulator {
namespace {

constexpr std::int64_t reference_count_max = 16;
constexpr std::int64_t count_max = 10;

struct ImageRequest {
  const RoutedModel* model = nullptr;
  Prompt prompt;
  ImageShape shape;
  unsigned count = 1;
  bool streams = false;
};

template <typename Value>
using OrError = std::variant<Value, OpenRouterError>;

OpenRouterError invalid(std::string message) {
  return openrouter_typed_error(400, std::move(message), "invalid_request");
}

std::optional<OpenRouterError> add_references(const json::Value& body, Prompt& prompt) {
  const json::Value* list = body.find("input_references");
  if (list == nullptr || list->is_null()) return std::nullopt;
  if (list->array() == nullptr) return invalid("input_references must be a list");
  for (const json::Value& reference : *list->array()) {
    if (reference.text("type") != "image_url")
      return invalid("input_references: each is of type image_url");
    if (const auto problem = add_image_url(reference, prompt)) return openrouter_error(*problem);
  }
  if (prompt.image_count > reference_count_max) return invalid("input_references: 16 are the most");
  return std::nullopt;
}

OrError<unsigned> count_of(const json::Value& body, const RoutedModel& model) {
  const json::Value* n = body.find("n");
  if (n == nullptr || n->is_null()) return 1U;
  const bool is_count = n->integer() != nullptr && *n->integer() >= 1 && *n->integer() <= count_max;
  if (!is_count) return invalid("n is from 1 to 10");
  if (*n->integer() > model.count_max)
    return invalid("n must be " + std::to_string(model.count_max) + " or less for " +
                   std::string(model.id));
  return static_cast<unsigned>(*n->integer());
}

OrError<ImageRequest> parse_images(const json::Value& body) {
  ImageRequest request;
  request.model = find_openrouter_model(body.text("model"));
  if (body.text("model").empty()) return invalid("model is required");
  if (request.model == nullptr) return openrouter_unknown_model(body.text("model"));
  if (!makes_images(*request.model))
    return openrouter_error(404, "No endpoints found that support image output");
  if (body.text("prompt").empty()) return invalid("prompt is required");
  request.prompt.add_text(body.text("prompt"));
  if (auto error = add_references(body, request.prompt)) return std::move(*error);
  auto count = count_of(body, *request.model);
  if (auto* error = std::get_if<OpenRouterError>(&count)) return std::move(*error);
  request.count = std::get<unsigned>(count);
  const ShapeWish wish{.ratio = std::string(body.text("aspect_ratio")),
                       .tier = std::string(body.text("resolution")),
                       .size = std::string(body.text("size")),
                       .format = std::string(body.text("output_format")),
                       .input = request.prompt.first_image};
  auto shape = choose_image_shape(*request.model, wish);
  if (auto* wrong = std::get_if<std::string>(&shape)) return invalid(std::move(*wrong));
  request.shape = std::get<ImageShape>(shape);
  request.streams = is_true(body, "stream") && request.model->streams_images;
  return request;
}

// Nothing that ends without an image is charged.
std::optional<OpenRouterError> refusal_of(const FaultSet& faults) {
  if (faults.has_any({Fault::Safety, Fault::ImageSafety, Fault::Prohibited, Fault::Recitation}))
    return openrouter_typed_error(
        400, "The image was refused by the policy of its provider", "content_policy_violation");
  if (faults.has_any({Fault::NoImage, Fault::TextOnly, Fault::ImageOther, Fault::UnknownFinish}))
    return openrouter_upstream_error(502);
  return std::nullopt;
}

json::Value image_item(std::size_t slot, const ImageRequest& request, const FaultSet& faults) {
  json::Value item;
  item.set("b64_json", Body::slot_mark(slot));
  if (!faults.has(Fault::LateMime)) item.set("media_type", media::mime_of(request.shape.format));
  return item;
}

// What is made: the pictures, and what they cost.
struct Made {
  std::vector<Body> pictures;
  TokenUse use;
  Cost cost;
};

Result<Made> make(const ImageRequest& request, const OpenRouterCall& call) {
  Made made;
  const unsigned drafts = call.faults.has(Fault::Drafts) ? 2 : 0;
  for (unsigned i = 0; i < request.count + drafts; ++i)
    made.pictures.push_back(
        PATCHBAY_TRY(picture_base64(picture_options(request.shape, request.prompt, call.choice, i),
                                    call.faults,
                                    call.pictures)));
  made.use.prompt = request.prompt.text_token_count +
                    request.prompt.image_count * input_image_tokens(*request.model);
  made.use.image = request.shape.token_count * static_cast<std::int64_t>(made.pictures.size());
  made.cost = cost_of(*request.model, made.use);
  return made;
}

// `created` is 0, as it is in real answers of this API.
void add_whole(const ImageRequest& request, const Made& made, const FaultSet& faults, Body& body) {
  json::Value data{json::Array{}};
  for (std::size_t i = 0; i < made.pictures.size(); ++i)
    data.append(image_item(i, request, faults));
  json::Value document;
  document.set("created", 0);
  document.set("data", std::move(data));
  document.set("usage", usage_of(made.use, made.cost, UsageForm::Image));
  body.add_json(document, json::Layout::Compact, made.pictures);
}

void add_event(const json::Value& event, std::span<const Body> pictures, Body& body) {
  body.add_text("data: ");
  body.add_json(event, json::Layout::Compact, pictures);
  body.add_text("\n\n");
}

void add_stream(const ImageRequest& request,
                const Made& made,
                const OpenRouterCall& call,
                Reply& reply) {
  Body& body = reply.body;
  json::Value partial;
  partial.set("type", "image_generation.partial_image");
  partial.set("partial_image_index", 0);
  partial.set("b64_json", Body::slot_mark(0));
  add_event(partial, made.pictures, body);
  if (call.faults.has_any({Fault::MidStreamError, Fault::ChoiceError})) {
    reply.pause = {.after = body.size(),
                   .time = call.faults.time(Fault::MidStreamError, std::chrono::milliseconds(0))};
    json::Value inner;
    inner.set("message", "Generation failed");
    inner.set("code", "server_error");
    json::Value event;
    event.set("type", "error");
    event.set("error", std::move(inner));
    add_event(event, {}, body);
  } else {
    for (std::size_t i = 0; i < made.pictures.size(); ++i) {
      json::Value event = image_item(i, request, call.faults);
      event.set("type", "image_generation.completed");
      event.set("created", call.now_ms / 1000);
      event.set("usage", usage_of(made.use, made.cost, UsageForm::Image));
      add_event(event, made.pictures, body);
    }
  }
  body.add_text("data: [DONE]\n\n");
}

Reply made_reply(const ImageRequest& request, const Made& made, const OpenRouterCall& call) {
  Reply reply;
  reply.set_type(request.streams ? "text/event-stream" : "application/json");
  reply.headers.push_back({.name = "X-Generation-Id", .value = call.id});
  reply.headers.push_back(
      {.name = "X-Provider-Name", .value = std::string(request.model->upstream)});
  if (request.streams)
    add_stream(request, made, call, reply);
  else
    add_whole(request, made, call.faults, reply.body);
  if (call.faults.has_any({Fault::MidStreamError, Fault::ChoiceError})) return reply;
  reply.charge = Charge::Billed;
  reply.image_count = static_cast<unsigned>(made.pictures.size());
  reply.cost_usd = made.cost.total();
  call.log.add({.id = call.id,
                .model = request.model,
                .api_type = "image",
                .use = made.use,
                .cost = made.cost,
                .streamed = request.streams,
                .images_in = request.prompt.image_count,
                .images_out = static_cast<std::int64_t>(made.pictures.size()),
                .created_ms = call.now_ms});
  return reply;
}

}  // namespace

Reply openrouter_images(const OpenRouterCall& call) {
  const auto body = parse_router_body(call.request.body);
  if (const auto* problem = std::get_if<ChatProblem>(&body))
    return error_reply(openrouter_error(*problem), call.faults);
  const auto parsed = parse_images(std::get<json::Value>(body));
  if (const auto* error = std::get_if<OpenRouterError>(&parsed))
    return error_reply(*error, call.faults);
  const auto& request = std::get<ImageRequest>(parsed);
  if (const auto refused = refusal_of(call.faults)) return error_reply(*refused, call.faults);
  const bool breaks_whole =
      !request.streams && call.faults.has_any({Fault::MidStreamError, Fault::ChoiceError});
  if (breaks_whole) return error_reply(openrouter_upstream_error(502), call.faults);
  const Result<Made> made = make(request, call);
  if (!made.ok()) return error_reply(openrouter_error(500, made.error().message), call.faults);
  return made_reply(request, made.value(), call);
}

}  // namespace patchbay::emulator
