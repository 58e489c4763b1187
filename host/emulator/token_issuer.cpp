#include "host/emulator/token_issuer.hpp"

#include "core/crypto/encoding.hpp"
#include "core/json/value.hpp"
#include "core/net/http_server.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::emulator {
namespace {

Reply refusal(unsigned status, std::string_view error, std::string_view description) {
  json::Value document;
  document.set("error", error);
  document.set("error_description", description);
  return make_reply(status, "application/json", json::write(document));
}

// A form is written as a query is.
std::string value_in(std::string_view form, std::string_view name) {
  net::ServerRequest request;
  request.target = "/?" + std::string(form);
  return request.query(name);
}

}  // namespace

TokenIssuer::TokenIssuer(const Clock& clock,
                         std::uint64_t seed,
                         std::chrono::seconds life,
                         TakeFunction take)
    : clock_(clock), random_(seed), life_(life), take_(std::move(take)) {
  for (const bool works : {true, false}) {
    Login& login = logins_.emplace_back();
    login.issued = new_token("refresh");
    if (works) login.current = login.issued;
  }
}

std::string TokenIssuer::new_token(std::string_view kind) {
  std::array<std::uint8_t, 16> bytes{};
  random_.fill(bytes);
  return "patchbay-emulator-" + std::string(kind) + "-" + crypto::to_hex(bytes);
}

Reply TokenIssuer::answer(std::string_view form) {
  if (value_in(form, "grant_type") != "refresh_token")
    return refusal(400, "unsupported_grant_type", "grant_type must be refresh_token");
  const std::string given = value_in(form, "refresh_token");
  if (given.empty()) return refusal(400, "invalid_request", "refresh_token is missing");
  for (Login& login : logins_) {
    if (!login.current.empty() && login.current == given) return renew(login);
    // Whoever uses one twice may have stolen it: nobody can tell, and the login ends.
    if (std::ranges::find(login.used, given) != login.used.end()) login.current.clear();
  }
  return refusal(400, "invalid_grant", "the refresh token is unknown, used, or revoked");
}

Reply TokenIssuer::renew(Login& login) {
  login.used.push_back(std::move(login.current));
  if (login.used.size() > used_count_max) login.used.pop_front();
  login.current = new_token("refresh");
  const std::string access = new_token("access");
  access_.push_back({access, clock_.steady() + life_});
  if (access_.size() > access_count_max) access_.pop_front();
  take_(access);
  json::Value document;
  document.set("access_token", access);
  document.set("token_type", "Bearer");
  document.set("expires_in", static_cast<std::int64_t>(life_.count()));
  document.set("refresh_token", login.current);
  Reply reply = make_reply(200, "application/json", json::write(document));
  reply.headers.push_back({.name = "Cache-Control", .value = "no-store"});
  return reply;
}

bool TokenIssuer::has_expired(std::string_view access_token) const {
  const auto found = std::ranges::find(access_, access_token, &Access::token);
  return found != access_.end() && found->until <= clock_.steady();
}

}  // namespace patchbay::emulator
