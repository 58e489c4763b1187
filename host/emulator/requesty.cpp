#include "host/emulator/requesty.hpp"

#include "core/media/random.hpp"
#include "host/emulator/requesty_account.hpp"
#include "host/emulator/requesty_errors.hpp"
#include "host/emulator/requesty_generation.hpp"
#include "host/emulator/requesty_models.hpp"

#include <array>
#include <string>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view base_path = "/requesty/v1";
// Another origin in reality; here another path.
constexpr std::string_view manage_path = "/requesty-manage/v1/manage";
constexpr std::string_view files_path = "/requesty-files/";

// Put together here because scanners for lost keys would take it for a real one.
std::string spell_key(std::string_view word, unsigned number) {
  return std::string("rqsty") + "-sk-patchbay-emulator-" + std::string(word) + "-key-0" +
         std::to_string(number);
}

enum class Route : std::uint8_t { None, Chat, Images, Edits, Models, File, Key, Keys, Usage };

struct RouteRow {
  std::string_view base;
  std::string_view path;
  std::string_view method;
  Route route;
};
constexpr std::array routes = {
    RouteRow{base_path, "/chat/completions", "POST", Route::Chat},
    RouteRow{base_path, "/images/generations", "POST", Route::Images},
    RouteRow{base_path, "/images/edits", "POST", Route::Edits},
    RouteRow{base_path, "/models", "GET", Route::Models},
    RouteRow{manage_path, "/apikey/self", "GET", Route::Key},
    RouteRow{manage_path, "/apikey", "GET", Route::Keys},
    RouteRow{manage_path, "/apikey/self/usage", "GET", Route::Usage},
};

Route route_of(const net::ServerRequest& request) {
  const std::string_view path = request.path;
  if (path.starts_with(files_path) && request.method == "GET") return Route::File;
  for (const RouteRow& row : routes) {
    const bool is_here = path.starts_with(row.base) && path.substr(row.base.size()) == row.path;
    if (is_here && request.method == row.method) return row.route;
  }
  return Route::None;
}

// Whoever knows the address of a file may have it, and the list is for everybody.
bool needs_key(Route route) {
  return route != Route::Models && route != Route::File;
}

bool generates(Route route) {
  return route == Route::Chat || route == Route::Images || route == Route::Edits;
}

Reply json_reply(const json::Value& value) {
  return make_reply(200, "application/json", json::write(value));
}

class Requesty final : public Provider {
 public:
  Requesty(const PictureChoice& choice, const Clock& clock, std::string scheme)
      : choice_(choice),
        clock_(clock),
        scheme_(std::move(scheme)),
        ids_(choice.seed),
        keys_(spell_key) {}

  [[nodiscard]] std::string_view name() const override { return "requesty"; }
  [[nodiscard]] bool has_path(std::string_view path) const override {
    return is_below(path, "/requesty") || is_below(path, "/requesty-manage") ||
           path.starts_with(files_path);
  }
  [[nodiscard]] ProviderAccess access(std::string_view origin) const override;
  [[nodiscard]] FaultScope kind_of(const net::ServerRequest& request) const override {
    const Route route = route_of(request);
    return generates(route) ? FaultScope::Generation : FaultScope::Any;
  }
  [[nodiscard]] const KeyRing& keys() const override { return keys_; }
  [[nodiscard]] std::string key_of(const net::ServerRequest& request) const override {
    return std::string(bearer_token(request.header("authorization")));
  }
  [[nodiscard]] Reply answer(const net::ServerRequest& request, const FaultSet& faults) override;

 private:
  [[nodiscard]] Reply generate(const net::ServerRequest& request,
                               Route route,
                               const FaultSet& faults);
  [[nodiscard]] Reply manage(const net::ServerRequest& request, Route route);
  [[nodiscard]] std::string new_id();

  PictureChoice choice_;
  const Clock& clock_;
  std::string scheme_;
  media::Random ids_;
  KeyRing keys_;
  PictureStore pictures_;
  ServedFiles files_;
  RequestyUses uses_;
};

ProviderAccess Requesty::access(std::string_view origin) const {
  ProviderAccess access = access_with(keys_, name(), std::string(origin) + std::string(base_path));
  access.more.emplace_back("management_key", keys_.text_of("management_key"));
  access.more.emplace_back("manage_url", std::string(origin) + std::string(manage_path));
  return access;
}

Reply Requesty::answer(const net::ServerRequest& request, const FaultSet& faults) {
  const Route route = route_of(request);
  if (route == Route::None) return error_reply(requesty_error(404, "Not found"));
  const KeyKind key = keys_.find(key_of(request)).kind;
  if (needs_key(route) && key == KeyKind::None) return error_reply(requesty_missing_key());
  if (needs_key(route) && !is_accepted(key)) return error_reply(requesty_bad_key());
  if (const auto error = requesty_error_of(faults)) {
    Reply reply = error_reply(*error);
    if (faults.has(Fault::Error200)) reply.status = 200;
    return reply;
  }
  if (generates(route)) return generate(request, route, faults);
  switch (route) {
    case Route::Models: return json_reply(list_requesty_models());
    case Route::File: return files_.serve(request.path.substr(files_path.size()));
    default: return manage(request, route);
  }
}

Reply Requesty::generate(const net::ServerRequest& request, Route route, const FaultSet& faults) {
  const RequestyCall call{
      .request = request,
      .faults = faults,
      .choice = choice_,
      .pictures = pictures_,
      .files = files_,
      .files_url = scheme_ + "://" + std::string(request.header("host")) + std::string(files_path),
      .id = new_id(),
      .now_ms = clock_.unix_ms()};
  Reply reply = route == Route::Chat    ? requesty_chat(call)
                : route == Route::Edits ? requesty_edits(call)
                                        : requesty_images(call);
  RequestyUse& use = uses_[keys_.find(key_of(request)).name];
  ++use.requests;
  use.spent_usd += reply.cost_usd;
  return reply;
}

Reply Requesty::manage(const net::ServerRequest& request, Route route) {
  const KeyRing::Key key = keys_.find(key_of(request));
  const ManageRight right =
      key.kind == KeyKind::Management ? ManageRight::Write : ManageRight::None;
  if (route == Route::Key)
    return json_reply(describe_requesty_key(key.name, uses_[key.name], right));
  if (route == Route::Usage)
    return json_reply(describe_requesty_use(uses_[key.name], clock_.unix_ms()));
  if (right == ManageRight::None)
    return error_reply(requesty_error(403, "manage read permission required"));
  return json_reply(list_requesty_keys(uses_));
}

std::string Requesty::new_id() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id = "chatcmpl-";
  for (int i = 0; i < 24; ++i) id += letters[ids_.below(letters.size())];
  return id;
}

}  // namespace

std::unique_ptr<Provider> make_requesty(const PictureChoice& choice,
                                        const Clock& clock,
                                        std::string scheme) {
  return std::make_unique<Requesty>(choice, clock, std::move(scheme));
}

}  // namespace patchbay::emulator
