#include "host/emulator/gemini.hpp"

#include "host/emulator/content.hpp"
#include "host/emulator/gemini_answer.hpp"
#include "host/emulator/gemini_errors.hpp"
#include "host/emulator/gemini_request.hpp"
#include "host/emulator/gemini_schema.hpp"
#include "host/emulator/token_issuer.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view base_path = "/gemini/v1beta";
// Of another origin in reality; here of another path.
constexpr std::string_view token_path = "/oauth/token";
constexpr std::string_view json_type = "application/json; charset=UTF-8";
constexpr std::size_t page_size_default = 50;
constexpr std::size_t page_size_max = 1000;

// Well-formed keys of this emulator, put together here because scanners for lost keys would take
// them for real ones.
std::string spell_key(std::string_view word, unsigned number) {
  return std::string("AIza") + "Sy-patchbay-emulator-" + std::string(word) + "-key-0" +
         std::to_string(number);
}

// "models/gemini-2.5-flash:generateContent", taken apart.
struct Route {
  std::string_view model;   // empty: the list
  std::string_view method;  // empty: of the model itself
};

std::optional<Route> route_of(std::string_view path) {
  if (!path.starts_with(base_path)) return std::nullopt;
  path.remove_prefix(base_path.size());
  if (path == "/models" || path == "/models/") return Route{};
  constexpr std::string_view models = "/models/";
  if (!path.starts_with(models)) return std::nullopt;
  path.remove_prefix(models.size());
  const std::size_t colon = path.rfind(':');
  Route route{.model = path.substr(0, colon), .method = {}};
  if (colon != std::string_view::npos) route.method = path.substr(colon + 1);
  return route;
}

bool generates(std::string_view method) {
  return method == "generateContent" || method == "streamGenerateContent";
}

Reply json_reply(const json::Value& value) {
  return make_reply(200, json_type, json::write(value, json::Layout::Indented) + "\n");
}

Reply page_not_found() {
  return make_reply(404,
                    "text/html; charset=UTF-8",
                    "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n"
                    "<p><b>404.</b> <ins>That’s an error.</ins>\n"
                    "<p>The requested URL was not found on this server.\n");
}

Delivery delivery_of(const net::ServerRequest& request, const Route& route) {
  if (route.method != "streamGenerateContent") return Delivery::Whole;
  return request.query("alt") == "sse" ? Delivery::Events : Delivery::Array;
}

// A stream that is an array has its errors in one too.
Reply failed(const GeminiError& error, Delivery delivery) {
  if (delivery != Delivery::Array) return error_reply(error);
  const json::Value list(json::Array{error_document(error)});
  return make_reply(error.http_status, json_type, json::write(list, json::Layout::Indented));
}

std::variant<Generation, GeminiError> parse_generate(const net::ServerRequest& request,
                                                     const GeminiModel& model) {
  const auto body = parse_gemini_body(request.body);
  if (const auto* error = std::get_if<GeminiError>(&body)) return *error;
  const auto& document = std::get<json::Value>(body);
  if (auto error = check_fields(document, GeminiMessage::GenerateContent)) return std::move(*error);
  return parse_generation(document, model);
}

// The key, then the faults, then the model.
std::optional<GeminiError> error_before_answer(const Route& route,
                                               KeyKind key,
                                               const FaultSet& faults) {
  if (key == KeyKind::None) return missing_key();
  if (!is_accepted(key)) return invalid_key();
  if (auto error = error_of(faults, route.model)) return error;
  if (route.model.empty()) return std::nullopt;
  const GeminiModel* model = find_gemini_model(route.model);
  const bool is_embedding = model != nullptr && model->kind == GeminiModel::Kind::Embedding;
  const bool is_supported =
      route.method.empty() ||
      (!is_embedding && (generates(route.method) || route.method == "countTokens"));
  if (model != nullptr && is_supported) return std::nullopt;
  return unknown_model(route.model, route.method.empty() ? "generateContent" : route.method);
}

Reply list_models(const net::ServerRequest& request) {
  const auto number = [](const std::string& text, std::size_t otherwise) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
  };
  const std::span<const GeminiModel> models = gemini_models();
  const std::size_t asked = number(request.query("pageSize"), 0);
  const std::size_t size = asked == 0 ? page_size_default : std::min(asked, page_size_max);
  const std::string token = request.query("pageToken");
  const std::size_t begin = token.empty() ? 0 : number(token, models.size() + 1);
  if (begin > models.size()) return error_reply(invalid_argument("Invalid page token."));
  const std::size_t end = std::min(models.size(), begin + size);
  json::Array items;
  for (std::size_t i = begin; i < end; ++i) items.push_back(describe_gemini_model(models[i]));
  json::Value list;
  list.set("models", std::move(items));
  if (end < models.size()) list.set("nextPageToken", std::to_string(end));
  return json_reply(list);
}

Reply count_tokens(const net::ServerRequest& request, const GeminiModel& model) {
  const auto body = parse_gemini_body(request.body);
  if (const auto* error = std::get_if<GeminiError>(&body)) return error_reply(*error);
  const json::Value* document = &std::get<json::Value>(body);
  if (const auto error = check_fields(*document, GeminiMessage::CountTokens))
    return error_reply(*error);
  if (const json::Value* inner = find_field(*document, "generateContentRequest")) document = inner;
  const auto prompt = parse_prompt(*document);
  if (const auto* error = std::get_if<GeminiError>(&prompt)) return error_reply(*error);
  const auto& counted = std::get<Prompt>(prompt);
  const std::int64_t images =
      counted.image_count * (model.image == nullptr ? 258 : model.image->input_token_count);
  json::Value detail;
  detail.set("modality", "TEXT");
  detail.set("tokenCount", counted.text_token_count);
  json::Array details = {detail};
  if (images > 0) {
    detail.set("modality", "IMAGE");
    detail.set("tokenCount", images);
    details.push_back(detail);
  }
  json::Value answer;
  answer.set("totalTokens", counted.text_token_count + images);
  answer.set("promptTokensDetails", std::move(details));
  return json_reply(answer);
}

class Gemini final : public Provider {
 public:
  Gemini(const PictureChoice& choice, const Clock& clock, std::chrono::seconds token_life)
      : choice_(choice),
        ids_(choice.seed),
        keys_(spell_key),
        tokens_(clock, choice.seed, token_life, [this](std::string token) {
          keys_.add_login(std::move(token));
        }) {}

  [[nodiscard]] std::string_view name() const override { return "gemini"; }
  [[nodiscard]] bool has_path(std::string_view path) const override {
    return is_below(path, "/gemini") || path == token_path;
  }
  [[nodiscard]] ProviderAccess access(std::string_view origin) const override {
    ProviderAccess access =
        access_with(keys_, name(), std::string(origin) + std::string(base_path));
    access.more.emplace_back("token_url", std::string(origin) + std::string(token_path));
    access.more.emplace_back("refresh_token", tokens_.refresh_token());
    access.more.emplace_back("ended_refresh_token", tokens_.ended_refresh_token());
    return access;
  }
  [[nodiscard]] const KeyRing& keys() const override { return keys_; }
  // From the header that clients use, the query, or as a bearer token.
  [[nodiscard]] std::string key_of(const net::ServerRequest& request) const override {
    if (const std::string_view key = request.header("x-goog-api-key"); !key.empty())
      return std::string(key);
    if (std::string key = request.query("key"); !key.empty()) return key;
    return std::string(bearer_token(request.header("authorization")));
  }
  [[nodiscard]] FaultScope kind_of(const net::ServerRequest& request) const override {
    const auto route = route_of(request.path);
    return route && generates(route->method) ? FaultScope::Generation : FaultScope::Any;
  }
  [[nodiscard]] Reply answer(const net::ServerRequest& request, const FaultSet& faults) override;

 private:
  [[nodiscard]] Reply answer_checked(const net::ServerRequest& request,
                                     const Route& route,
                                     const FaultSet& faults);
  [[nodiscard]] std::string new_response_id();

  PictureChoice choice_;
  media::Random ids_;
  KeyRing keys_;
  TokenIssuer tokens_;
  PictureStore pictures_;
};

Reply Gemini::answer(const net::ServerRequest& request, const FaultSet& faults) {
  const bool is_post = request.method == "POST";
  if (request.path == token_path && is_post) return tokens_.answer(request.body);
  const auto route = route_of(request.path);
  if (!route || is_post == route->method.empty() || (!is_post && request.method != "GET"))
    return page_not_found();
  const std::string key = key_of(request);
  const auto error = tokens_.has_expired(key)
                         ? std::optional(expired_token())
                         : error_before_answer(*route, keys_.find(key).kind, faults);
  Reply reply = error ? failed(*error, delivery_of(request, *route))
                      : answer_checked(request, *route, faults);
  if (error && error->about == GeminiError::About::Key) reply.credential = Credential::Refused;
  if (error && faults.has(Fault::Error200)) reply.status = 200;
  return reply;
}

Reply Gemini::answer_checked(const net::ServerRequest& request,
                             const Route& route,
                             const FaultSet& faults) {
  if (route.model.empty()) return list_models(request);
  const GeminiModel& model = *find_gemini_model(route.model);
  if (route.method.empty()) return json_reply(describe_gemini_model(model));
  if (route.method == "countTokens") return count_tokens(request, model);
  const Delivery delivery = delivery_of(request, route);
  const auto generation = parse_generate(request, model);
  if (const auto* error = std::get_if<GeminiError>(&generation)) return failed(*error, delivery);
  const auto& asked = std::get<Generation>(generation);
  const AnswerContext context{.model = model,
                              .faults = faults,
                              .delivery = delivery,
                              .image_bytes = choice_.image_bytes,
                              .picture_seed = choice_.seed ^ hash_of(asked.prompt.text),
                              .response_id = new_response_id()};
  return generation_reply(asked, context, pictures_);
}

std::string Gemini::new_response_id() {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id(22, '\0');
  for (char& letter : id) letter = letters[ids_.below(letters.size())];
  return id;
}

}  // namespace

std::unique_ptr<Provider> make_gemini(const PictureChoice& choice,
                                      const Clock& clock,
                                      std::chrono::seconds token_life) {
  return std::make_unique<Gemini>(choice, clock, token_life);
}

}  // namespace patchbay::emulator
