// Keys that are logins: an access token for each attempt, renewed where it is time.
#include "host/registry/token_url.hpp"
#include "host/run.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {

bool Run::needs_token() const {
  return candidate().key && input_.unstored_credential.empty() &&
         candidate().key->id != token_key_id_ &&
         renews_tokens(candidate().provider, candidate().adapter.manifest());
}

// The token may come late: the request still ends in its time.
void Run::fetch_token() {
  auto login = login_of(candidate());
  if (!login.ok()) return pass_on(login.error(), Where::Anywhere);
  waiting_ = dependencies_.tokens->get(std::move(login).value(), [this](Result<SecretBytes> token) {
    settle_token(std::move(token));
  });
  timer_ = dependencies_.loop.after(time_left(), [this] {
    settle_token(Error{ErrorCode::Timeout, "the login was not renewed within the request's time"});
  });
}

void Run::settle_token(Result<SecretBytes> token) {
  waiting_ = AccessTokens::Waiting();
  timer_ = net::EventLoop::Timer();
  if (cancelled_) return finish(cancelled());
  if (token.ok()) {
    access_token_ = std::move(token).value();
    token_key_id_ = candidate().key->id;
    return try_candidate();
  }
  Error error = token.error();
  error.provider = candidate().provider.name;
  // Nothing proves better than the endpoint's own words that this login is over.
  if (error.code == ErrorCode::AuthInvalid) {
    Failure ended;
    ended.category = Category::AuthInvalid;
    ended.message = error.message;
    error.hint = deactivate_key(ended) + "; log in again, and store the new refresh token";
  }
  pass_on(std::move(error), Where::Anywhere);
}

// Only what its owner signed for: where it is renewed is part of where it goes.
Result<AccessTokens::Login> Run::login_of(const Candidate& candidate) const {
  const std::vector<std::string> places = PATCHBAY_TRY(origins_of(candidate));
  AccessTokens::Login login;
  login.place = PATCHBAY_TRY(token_place_of(candidate.provider, candidate.adapter.manifest()));
  if (std::ranges::find(places, login.place.url.text()) == places.end())
    return Error{ErrorCode::Tampered,
                 "nobody signed for renewing the login of provider '" + candidate.provider.name +
                     "' at " + login.place.url.text(),
                 "if that is where it belongs: patchbay key approve",
                 candidate.provider.name};
  login.key_id = candidate.key->id;
  login.token = candidate.key->token;
  login.key_version = candidate.key->key_version;
  return login;
}

// A provider may take a token back before its time. A refused request is not billed, so it is made
// once more, with a new one.
bool Run::renews_refused_token() {
  const Failure& failure = *attempt_.outcome.failure;
  const bool is_refused = failure.category == Category::AuthInvalid || failure.http_status == 401;
  const bool is_login = candidate().key && candidate().key->id == token_key_id_;
  if (!is_refused || !is_login || std::exchange(has_renewed_token_, true)) return false;
  dependencies_.tokens->refuse(token_key_id_, access_token_);
  token_key_id_.clear();
  return true;
}

}  // namespace patchbay::host
