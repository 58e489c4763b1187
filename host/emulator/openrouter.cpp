#include "host/emulator/openrouter.hpp"

#include "core/crypto/hash.hpp"
#include "core/media/random.hpp"
#include "core/net/url.hpp"
#include "host/emulator/openrouter_account.hpp"
#include "host/emulator/openrouter_chat.hpp"
#include "host/emulator/openrouter_errors.hpp"
#include "host/emulator/openrouter_images.hpp"
#include "host/emulator/openrouter_models.hpp"
#include "host/emulator/pkce.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view root_path = "/openrouter";
constexpr std::string_view login_path = "/openrouter/auth";
constexpr std::string_view base_path = "/openrouter/api/v1";
constexpr std::string_view image_models_path = "/images/models/";
constexpr std::string_view endpoints_path = "/endpoints";

// As long and of the same letters as a real one, and put together here because scanners for lost
// keys would take it for one.
std::string spell_secret(const std::string& seed) {
  return std::string("sk-or") + "-v1-" + crypto::to_hex(crypto::sha256(crypto::bytes_of(seed)));
}
std::string spell_key(std::string_view word, unsigned number) {
  return spell_secret("patchbay emulator " + std::string(word) + " " + std::to_string(number));
}

enum class Route : std::uint8_t {
  None,
  Login,
  Chat,
  Images,
  Models,
  Model,
  ImageModels,
  ImageEndpoints,
  Key,
  Credits,
  Generation,
  AuthKeys,
};

struct RouteRow {
  std::string_view path;
  std::string_view method;
  Route route;
};
constexpr std::array routes = {RouteRow{"/chat/completions", "POST", Route::Chat},
                               RouteRow{"/images", "POST", Route::Images},
                               RouteRow{"/models", "GET", Route::Models},
                               RouteRow{"/images/models", "GET", Route::ImageModels},
                               RouteRow{"/key", "GET", Route::Key},
                               RouteRow{"/credits", "GET", Route::Credits},
                               RouteRow{"/generation", "GET", Route::Generation},
                               RouteRow{"/auth/keys", "POST", Route::AuthKeys}};

// A path, taken apart. `model` is within the path of the routes that name one.
struct Target {
  Route route = Route::None;
  std::string_view method;
  std::string_view model;
};

Target target_of(std::string_view path) {
  if (path == login_path) return {.route = Route::Login, .method = "GET", .model = {}};
  if (!is_below(path, base_path)) return {};
  path.remove_prefix(base_path.size());
  for (const RouteRow& row : routes)
    if (row.path == path) return {.route = row.route, .method = row.method, .model = {}};
  constexpr std::string_view one = "/model/";
  if (path.starts_with(one))
    return {.route = Route::Model, .method = "GET", .model = path.substr(one.size())};
  if (path.starts_with(image_models_path) && path.ends_with(endpoints_path)) {
    path.remove_prefix(image_models_path.size());
    path.remove_suffix(std::min(path.size(), endpoints_path.size()));
    return {.route = Route::ImageEndpoints, .method = "GET", .model = path};
  }
  return {};
}

// The lists, and what makes a key, are for everybody.
bool needs_key(Route route) {
  return route == Route::Chat || route == Route::Images || route == Route::Key ||
         route == Route::Credits || route == Route::Generation;
}

Reply json_reply(const json::Value& value) {
  return make_reply(200, "application/json", json::write(value));
}

// The code where the browser goes next, or on a page for somebody to copy.
Reply login_reply(const std::string& code, const std::string& callback) {
  if (callback.empty())
    return make_reply(200,
                      "text/html; charset=utf-8",
                      "<!DOCTYPE html>\n<title>Your code</title>\n<p>Copy this code: <code>" +
                          code + "</code></p>\n");
  Reply reply = make_reply(302, "text/plain", "");
  const char separator = callback.find('?') == std::string::npos ? '?' : '&';
  reply.headers.push_back({.name = "Location", .value = callback + separator + "code=" + code});
  return reply;
}

class OpenRouter final : public Provider {
 public:
  OpenRouter(const PictureChoice& choice, const Clock& clock)
      : choice_(choice), clock_(clock), ids_(choice.seed), codes_(choice.seed), keys_(spell_key) {}

  [[nodiscard]] std::string_view name() const override { return "openrouter"; }
  [[nodiscard]] bool has_path(std::string_view path) const override {
    return is_below(path, root_path);
  }
  [[nodiscard]] ProviderAccess access(std::string_view origin) const override;
  [[nodiscard]] FaultScope kind_of(const net::ServerRequest& request) const override {
    const Route route = target_of(request.path).route;
    return route == Route::Chat || route == Route::Images ? FaultScope::Generation
                                                          : FaultScope::Any;
  }
  [[nodiscard]] const KeyRing& keys() const override { return keys_; }
  [[nodiscard]] std::string key_of(const net::ServerRequest& request) const override {
    return std::string(bearer_token(request.header("authorization")));
  }
  [[nodiscard]] Reply answer(const net::ServerRequest& request, const FaultSet& faults) override;

 private:
  [[nodiscard]] Reply answer_checked(const net::ServerRequest& request,
                                     const Target& target,
                                     const FaultSet& faults);
  [[nodiscard]] Reply generate(const net::ServerRequest& request,
                               Route route,
                               const FaultSet& faults);
  [[nodiscard]] Reply describe(const net::ServerRequest& request,
                               const Target& target,
                               const FaultSet& faults);
  [[nodiscard]] Reply log_in(const net::ServerRequest& request, const FaultSet& faults);
  [[nodiscard]] Reply exchange_code(const net::ServerRequest& request, const FaultSet& faults);
  [[nodiscard]] std::string new_id(std::string_view prefix);

  PictureChoice choice_;
  const Clock& clock_;
  media::Random ids_;
  PkceCodes codes_;
  KeyRing keys_;
  PictureStore pictures_;
  GenerationLog log_;
  std::map<std::string, double> used_usd_;  // by the name of the key
};

ProviderAccess OpenRouter::access(std::string_view origin) const {
  ProviderAccess access = access_with(keys_, name(), std::string(origin) + std::string(base_path));
  access.more.emplace_back("management_key", keys_.text_of("management_key"));
  access.more.emplace_back("login_url", std::string(origin) + std::string(login_path));
  return access;
}

Reply OpenRouter::answer(const net::ServerRequest& request, const FaultSet& faults) {
  const Target target = target_of(request.path);
  if (target.route == Route::None)
    return error_reply(openrouter_error(404, "Resource not found"), faults);
  if (target.method != request.method)
    return error_reply(openrouter_error(405, "Method not allowed"), faults);
  const KeyKind key = keys_.find(key_of(request)).kind;
  if (needs_key(target.route) && !is_accepted(key))
    return error_reply(openrouter_missing_key(), faults);
  const std::string model = faults.empty() ? std::string() : model_in(request.body);
  if (const auto error = openrouter_error_of(faults, model, clock_.unix_ms())) {
    Reply reply = error_reply(*error, faults);
    if (faults.has(Fault::Error200)) reply.status = 200;
    return reply;
  }
  return answer_checked(request, target, faults);
}

Reply OpenRouter::answer_checked(const net::ServerRequest& request,
                                 const Target& target,
                                 const FaultSet& faults) {
  switch (target.route) {
    case Route::Chat:
    case Route::Images: return generate(request, target.route, faults);
    case Route::Models: return list_openrouter_models(request);
    case Route::ImageModels: return json_reply(list_image_models());
    case Route::Login: return log_in(request, faults);
    case Route::AuthKeys: return exchange_code(request, faults);
    default: return describe(request, target, faults);
  }
}

Reply OpenRouter::generate(const net::ServerRequest& request, Route route, const FaultSet& faults) {
  const bool is_chat = route == Route::Chat;
  const OpenRouterCall call{.request = request,
                            .faults = faults,
                            .choice = choice_,
                            .pictures = pictures_,
                            .log = log_,
                            .id = new_id(is_chat ? "gen-" : "gen-img-"),
                            .now_ms = clock_.unix_ms()};
  Reply reply = is_chat ? openrouter_chat(call) : openrouter_images(call);
  used_usd_[keys_.find(key_of(request)).name] += reply.cost_usd;
  return reply;
}

Reply OpenRouter::describe(const net::ServerRequest& request,
                           const Target& target,
                           const FaultSet& faults) {
  const auto not_found = [&] {
    return error_reply(openrouter_error(404, "Resource not found"), faults);
  };
  if (target.route == Route::Generation) {
    const GenerationRecord* record = log_.find(request.query("id"));
    return record == nullptr ? not_found() : json_reply(describe_generation(*record));
  }
  const KeyRing::Key key = keys_.find(key_of(request));
  const bool is_management = key.kind == KeyKind::Management;
  if (target.route == Route::Key)
    return json_reply(describe_key(key.text, used_usd_[key.name], is_management));
  if (target.route == Route::Credits) {
    if (!is_management)
      return error_reply(openrouter_error(403, "Only management keys can perform this operation"),
                         faults);
    double used_usd = 0;
    for (const auto& [name, usd] : used_usd_) used_usd += usd;
    return json_reply(describe_credits(used_usd));
  }
  const RoutedModel* model = find_openrouter_model(target.model);
  if (model == nullptr) return not_found();
  if (target.route == Route::ImageEndpoints)
    return makes_images(*model) ? json_reply(describe_image_endpoints(*model)) : not_found();
  json::Value document;
  document.set("data", describe_openrouter_model(*model));
  return json_reply(document);
}

// Whoever asks is taken to say yes. A code that nobody can catch needs a challenge.
Reply OpenRouter::log_in(const net::ServerRequest& request, const FaultSet& faults) {
  const std::string callback = request.query("callback_url");
  const std::string challenge = request.query("code_challenge");
  if (callback.empty() && challenge.empty())
    return error_reply(openrouter_error(400, "code_challenge is required"), faults);
  if (!callback.empty() && !net::parse_url(callback).ok())
    return error_reply(openrouter_error(400, "Invalid callback_url"), faults);
  const std::string code =
      codes_.issue(challenge, request.query("code_challenge_method"), clock_.unix_ms());
  if (code.empty())
    return error_reply(openrouter_error(400, "Invalid code_challenge_method"), faults);
  return login_reply(code, callback);
}

Reply OpenRouter::exchange_code(const net::ServerRequest& request, const FaultSet& faults) {
  const auto fail = [&](unsigned status, std::string message) {
    return error_reply(openrouter_error(status, std::move(message)), faults);
  };
  const Result<json::Value> body = json::parse(request.body);
  if (!body.ok() || body.value().text("code").empty())
    return fail(400, "Invalid request parameters");
  switch (codes_.redeem(body.value().text("code"),
                        body.value().text("code_verifier"),
                        body.value().text("code_challenge_method"),
                        clock_.unix_ms())) {
    case PkceCodes::Verdict::UnknownMethod: return fail(400, "Invalid code_challenge_method");
    case PkceCodes::Verdict::Wrong: return fail(403, "Invalid code or code_verifier");
    case PkceCodes::Verdict::Expired: return fail(403, "Authorization code expired");
    case PkceCodes::Verdict::Valid: break;
  }
  const std::string key = spell_secret(new_id("login-"));
  keys_.add_login(key);
  json::Value document;
  document.set("key", key);
  document.set("user_id", openrouter_user_id);
  return json_reply(document);
}

std::string OpenRouter::new_id(std::string_view prefix) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string id(prefix);
  id += std::to_string(clock_.unix_ms() / 1000) + "-";
  for (int i = 0; i < 20; ++i) id += letters[ids_.below(letters.size())];
  return id;
}

}  // namespace

std::unique_ptr<Provider> make_openrouter(const PictureChoice& choice, const Clock& clock) {
  return std::make_unique<OpenRouter>(choice, clock);
}

}  // namespace patchbay::emulator
