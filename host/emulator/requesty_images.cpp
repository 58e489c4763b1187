#include "host/emulator/chat_content.hpp"
#include "host/emulator/content.hpp"
#include "host/emulator/requesty_errors.hpp"
#include "host/emulator/requesty_generation.hpp"
#include "host/emulator/requesty_models.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace patchbay::emulator {
namespace {

constexpr std::int64_t count_max = 10;

enum class Form : std::uint8_t { Url, Base64 };

struct ImageRequest {
  const RoutedModel* model = nullptr;
  Prompt prompt;
  ImageShape shape;
  unsigned count = 1;
  Form form = Form::Url;
};

std::variant<ImageRequest, RequestyError> parse_images(const json::Value& body) {
  ImageRequest request;
  request.model = find_requesty_model(body.text("model"));
  // Models that chat make their images there.
  if (request.model == nullptr || makes_text(*request.model)) return requesty_unknown_model();
  if (body.text("prompt").empty()) return requesty_error(400, "prompt is required");
  request.prompt.add_text(body.text("prompt"));
  if (const json::Value* n = body.find("n"); n != nullptr && !n->is_null()) {
    const bool is_count =
        n->integer() != nullptr && *n->integer() >= 1 && *n->integer() <= count_max;
    if (!is_count) return requesty_error(400, "n is from 1 to 10");
    request.count = static_cast<unsigned>(*n->integer());
  }
  const std::string_view form = body.text("response_format");
  if (!form.empty() && form != "url" && form != "b64_json")
    return requesty_error(400, "response_format is url or b64_json");
  if (form == "b64_json") request.form = Form::Base64;
  const ShapeWish wish{.ratio = {},
                       .tier = {},
                       .size = std::string(body.text("size")),
                       .format = std::string(body.text("output_format"))};
  auto shape = choose_image_shape(*request.model, wish);
  if (auto* wrong = std::get_if<std::string>(&shape))
    return requesty_upstream_error(400, std::move(*wrong));
  request.shape = std::get<ImageShape>(shape);
  return request;
}

Result<Reply> make(const ImageRequest& request, const RequestyCall& call) {
  std::vector<Body> slots;
  json::Value data{json::Array{}};
  const unsigned drafts = call.faults.has(Fault::Drafts) ? 2 : 0;
  for (unsigned i = 0; i < request.count + drafts; ++i) {
    const auto options = picture_options(request.shape, request.prompt, call.choice, i);
    json::Value item;
    if (request.form == Form::Url) {
      auto file = PATCHBAY_TRY(picture_file(options, call.faults, call.pictures));
      item.set("url", call.files_url + call.files.add(std::move(file), request.shape.format));
    } else {
      item.set("b64_json", Body::slot_mark(slots.size()));
      slots.push_back(PATCHBAY_TRY(picture_base64(options, call.faults, call.pictures)));
    }
    data.append(std::move(item));
  }
  json::Value document;
  document.set("created", call.now_ms / 1000);
  document.set("data", std::move(data));
  Reply reply;
  reply.set_type("application/json");
  reply.body.add_json(document, json::Layout::Compact, slots);
  reply.charge = Charge::Billed;
  reply.image_count = request.count + drafts;
  return reply;
}

}  // namespace

Reply requesty_images(const RequestyCall& call) {
  const auto body = parse_router_body(call.request.body);
  if (const auto* problem = std::get_if<ChatProblem>(&body))
    return error_reply(requesty_error(*problem));
  const auto parsed = parse_images(std::get<json::Value>(body));
  if (const auto* error = std::get_if<RequestyError>(&parsed)) return error_reply(*error);
  if (ends_without_image(call.faults))
    return error_reply(
        requesty_upstream_error(400, "The image was refused by the policy of the provider"));
  if (call.faults.has_any({Fault::MidStreamError, Fault::ChoiceError}))
    return error_reply(requesty_broken_stream());
  Result<Reply> reply = make(std::get<ImageRequest>(parsed), call);
  if (!reply.ok()) return error_reply(requesty_error(500, reply.error().message));
  return std::move(reply).value();
}

}  // namespace patchbay::emulator
