#include "host/emulator/chat_content.hpp"
#include "host/emulator/content.hpp"
#include "host/emulator/form.hpp"
#include "host/emulator/requesty_errors.hpp"
#include "host/emulator/requesty_generation.hpp"
#include "host/emulator/requesty_models.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace patchbay::emulator {
namespace {

constexpr std::int64_t count_max = 10;
constexpr std::int64_t input_count_max = 16;
constexpr std::size_t form_size_max = std::size_t{50} << 20U;

enum class Form : std::uint8_t { Url, Base64 };

struct ImageRequest {
  const RoutedModel* model = nullptr;
  Prompt prompt;
  ImageShape shape;
  unsigned count = 1;
  Form form = Form::Url;
};

// The fields that both addresses take, whichever way they came.
struct ImageFields {
  std::string model;
  std::string prompt;
  std::optional<std::int64_t> count;
  std::string size;
  std::string format;  // output_format
  std::string form;    // response_format
  Prompt inputs;       // their images alone
};

using ParsedFields = std::variant<ImageFields, RequestyError>;

constexpr std::int64_t no_count = -1;  // something that is no number

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? number : no_count;
}

ImageFields fields_in(const json::Value& body) {
  ImageFields fields{.model = std::string(body.text("model")),
                     .prompt = std::string(body.text("prompt")),
                     .count = {},
                     .size = std::string(body.text("size")),
                     .format = std::string(body.text("output_format")),
                     .form = std::string(body.text("response_format")),
                     .inputs = {}};
  if (const json::Value* n = body.find("n"); n != nullptr && !n->is_null())
    fields.count = n->integer() == nullptr ? no_count : *n->integer();
  return fields;
}

std::variant<ImageRequest, RequestyError> parse_images(ImageFields fields) {
  ImageRequest request;
  request.model = find_requesty_model(fields.model);
  // Models that chat make their images there.
  if (request.model == nullptr || makes_text(*request.model)) return requesty_unknown_model();
  if (fields.prompt.empty()) return requesty_error(400, "prompt is required");
  request.prompt = std::move(fields.inputs);
  request.prompt.add_text(fields.prompt);
  const std::int64_t count = fields.count.value_or(1);
  if (count < 1 || count > count_max) return requesty_error(400, "n is from 1 to 10");
  request.count = static_cast<unsigned>(count);
  if (!fields.form.empty() && fields.form != "url" && fields.form != "b64_json")
    return requesty_error(400, "response_format is url or b64_json");
  if (fields.form == "b64_json") request.form = Form::Base64;
  const ShapeWish wish{
      .ratio = {}, .tier = {}, .size = std::move(fields.size), .format = std::move(fields.format)};
  auto shape = choose_image_shape(*request.model, wish);
  if (auto* wrong = std::get_if<std::string>(&shape))
    return requesty_upstream_error(400, std::move(*wrong));
  request.shape = std::get<ImageShape>(shape);
  return request;
}

// ---- what is edited
// ---------------------------------------------------------------------------------------

std::optional<RequestyError> add_file(std::string_view bytes, Prompt& inputs) {
  const auto measured = measure_image_file(bytes);
  const auto* pixels = std::get_if<Pixels>(&measured);
  if (pixels == nullptr) return requesty_upstream_error(400, "Invalid image file");
  inputs.add_image(*pixels);
  return std::nullopt;
}

std::optional<RequestyError> take_part(const FormPart& part, ImageFields& fields) {
  const std::string_view name = part.name;
  if (name == "image" || name == "image[]") return add_file(part.data, fields.inputs);
  if (name == "mask") {
    Prompt mask;
    return add_file(part.data, mask);
  }
  if (name == "model") fields.model = part.data;
  if (name == "prompt") fields.prompt = part.data;
  if (name == "n") fields.count = number_in(part.data);
  if (name == "size") fields.size = part.data;
  if (name == "output_format") fields.format = part.data;
  if (name == "response_format") fields.form = part.data;
  return std::nullopt;
}

ParsedFields fields_of_form(const net::ServerRequest& request) {
  if (request.body.size() > form_size_max) return requesty_error(413, "Request payload too large");
  const auto parts = parse_form(request.header("content-type"), request.body);
  if (!parts.ok()) return requesty_error(400, parts.error().message);
  ImageFields fields;
  for (const FormPart& part : parts.value())
    if (auto error = take_part(part, fields)) return std::move(*error);
  return fields;
}

// {"images": [{"image_url": "data:…"}]}, as OpenAI takes it beside the form.
ParsedFields fields_of_json(const json::Value& body) {
  ImageFields fields = fields_in(body);
  const json::Value* images = body.find("images");
  if (images == nullptr || images->array() == nullptr) return fields;
  for (const json::Value& image : *images->array()) {
    json::Value part;
    json::Value holder;
    holder.set("url", std::string(image.text("image_url")));
    part.set("image_url", std::move(holder));
    if (const auto problem = add_image_url(part, fields.inputs)) return requesty_error(*problem);
  }
  return fields;
}

ParsedFields edit_fields(const net::ServerRequest& request) {
  if (is_form(request.header("content-type"))) return fields_of_form(request);
  const auto body = parse_router_body(request.body);
  if (const auto* problem = std::get_if<ChatProblem>(&body)) return requesty_error(*problem);
  return fields_of_json(std::get<json::Value>(body));
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

Reply answer_images(ImageFields fields, const RequestyCall& call) {
  const auto parsed = parse_images(std::move(fields));
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

}  // namespace

Reply requesty_images(const RequestyCall& call) {
  const auto body = parse_router_body(call.request.body);
  if (const auto* problem = std::get_if<ChatProblem>(&body))
    return error_reply(requesty_error(*problem));
  return answer_images(fields_in(std::get<json::Value>(body)), call);
}

Reply requesty_edits(const RequestyCall& call) {
  auto fields = edit_fields(call.request);
  if (const auto* error = std::get_if<RequestyError>(&fields)) return error_reply(*error);
  auto& known = std::get<ImageFields>(fields);
  if (known.inputs.image_count == 0) return error_reply(requesty_error(400, "image is required"));
  if (known.inputs.image_count > input_count_max)
    return error_reply(requesty_error(400, "16 images are the most"));
  return answer_images(std::move(known), call);
}

}  // namespace patchbay::emulator
