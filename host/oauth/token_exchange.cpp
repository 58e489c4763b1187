#include "host/oauth/token_exchange.hpp"

#include "core/base/text.hpp"
#include "core/media/base64_encoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t description_size_max = 500;             // bytes that an error repeats
constexpr std::size_t encoded_size_max = 3;                   // characters of one byte in a form
constexpr std::uint64_t expires_in_max = 366U * 24U * 3600U;  // seconds that are believed

Result<SecretBytes> form_of(const TokenPlace& place, const Grant& grant) {
  constexpr std::size_t names_size = 128;
  const std::string& client = grant.client_id.empty() ? place.client_id : grant.client_id;
  const std::size_t size =
      grant.refresh_token.size() + client.size() + place.scope.size() + grant.client_secret.size();
  SecretText form = PATCHBAY_TRY(SecretText::create(names_size + (encoded_size_max * size)));
  form.append("grant_type=refresh_token");
  const auto add = [&form](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    form.append("&");
    form.append(name);
    form.append("=");
    form.append_encoded(value);
  };
  add("refresh_token", grant.refresh_token.expose_text());
  add("scope", place.scope);
  if (place.client_auth == TokenPlace::ClientAuth::Body) {
    add("client_id", client);
    add("client_secret", grant.client_secret.expose_text());
  }
  return form.take();
}

// RFC 6749 section 2.3.1: both form-encoded first.
Result<net::CredentialHeader> basic_of(const TokenPlace& place, const Grant& grant) {
  const std::string& client = grant.client_id.empty() ? place.client_id : grant.client_id;
  const std::size_t size = client.size() + grant.client_secret.size();
  SecretText pair = PATCHBAY_TRY(SecretText::create(1 + (encoded_size_max * size)));
  pair.append_encoded(client);
  pair.append(":");
  pair.append_encoded(grant.client_secret.expose_text());
  const SecretBytes plain = pair.take();
  net::CredentialHeader header;
  header.name = "authorization";
  header.prefix = "Basic ";
  header.secret = PATCHBAY_TRY(SecretBytes::allocate(media::base64_size(plain.size())));
  const auto out = header.secret.expose();
  media::base64_encode(plain.expose(), {reinterpret_cast<char*>(out.data()), out.size()});
  return header;
}

// What the endpoint refuses about the client or the request: renewing again does not help.
bool is_about_client(std::string_view code) {
  constexpr std::array<std::string_view, 6> codes = {"invalid_client",
                                                     "unauthorized_client",
                                                     "unsupported_grant_type",
                                                     "invalid_scope",
                                                     "invalid_request",
                                                     "access_denied"};
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

TokenExchange::TokenExchange(const Tools& tools,
                             std::string origin,
                             SecretText access,
                             SecretText refresh)
    : tools_(tools),
      origin_(std::move(origin)),
      access_(std::move(access)),
      refresh_(std::move(refresh)) {
  reader_.pieces("access_token", [this](std::string_view piece, bool) { access_.append(piece); });
  reader_.pieces("refresh_token", [this](std::string_view piece, bool) { refresh_.append(piece); });
  reader_.text("token_type", token_type_, 64).text("error", error_, 128);
  reader_.text("error_description", description_, description_size_max);
  reader_.count("expires_in", expires_in_);
}

Result<std::unique_ptr<TokenExchange>> TokenExchange::start(const Tools& tools,
                                                            const TokenPlace& place,
                                                            const Grant& grant,
                                                            Done done) {
  SecretText access = PATCHBAY_TRY(SecretText::create(oauth_token_size_max));
  SecretText refresh = PATCHBAY_TRY(SecretText::create(oauth_token_size_max));
  std::unique_ptr<TokenExchange> exchange(
      new TokenExchange(tools, place.url.origin(), std::move(access), std::move(refresh)));
  exchange->done_ = std::move(done);
  PATCHBAY_TRY(exchange->send(place, grant));
  return exchange;
}

Status TokenExchange::send(const TokenPlace& place, const Grant& grant) {
  hidden_.push_back(PATCHBAY_TRY(tools_.redactor.add(grant.refresh_token)));
  if (!grant.client_secret.empty())
    hidden_.push_back(PATCHBAY_TRY(tools_.redactor.add(grant.client_secret)));
  net::HttpRequest request;
  request.url = place.url;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"},
                     {"accept", "application/json"}};
  if (place.client_auth == TokenPlace::ClientAuth::Basic)
    request.credential = PATCHBAY_TRY(basic_of(place, grant));
  request.body = std::make_unique<SecretBody>(PATCHBAY_TRY(form_of(place, grant)));
  request.allow_private = place.allow_private;
  post_ = PATCHBAY_TRY(JsonPost::start(tools_.loop,
                                       tools_.client,
                                       std::move(request),
                                       reader_,
                                       [this](const JsonPost::Answer& answer) { settle(answer); }));
  return {};
}

void TokenExchange::settle(const JsonPost::Answer& answer) {
  Result<TokenAnswer> result = result_of(answer);
  // Moved out first: the receiver may drop this object.
  const Done done = std::move(done_);
  done(std::move(result));
}

Result<TokenAnswer> TokenExchange::result_of(const JsonPost::Answer& answer) {
  if (answer.failure)
    return error_of(*answer.failure, "the login could not be renewed at " + origin_);
  if (answer.status != 200) return refusal(answer);
  const bool is_bearer = token_type_.empty() || lower_case(token_type_) == "bearer";
  if (!answer.is_json || access_.is_full() || !is_token(access_.view()) || !is_bearer)
    return Error{ErrorCode::Protocol,
                 "the answer of " + origin_ + " is not an access token",
                 "check the setting oauth_token_url, and that nothing answers in its place"};
  TokenAnswer tokens;
  if (!refresh_.is_full() && is_token(refresh_.view())) tokens.refresh_token = refresh_.take();
  tokens.access_token = access_.take();
  tokens.expires_in = std::chrono::seconds(std::min(expires_in_, expires_in_max));
  return tokens;
}

Error TokenExchange::refusal(const JsonPost::Answer& answer) const {
  const std::string at = "the login could not be renewed at " + origin_;
  const std::string status = " (HTTP " + std::to_string(answer.status) + ")";
  if (!answer.is_json || error_.empty() || answer.status >= 500 || answer.status < 400) {
    const ErrorCode code = answer.status == 429   ? ErrorCode::Rate
                           : answer.status >= 500 ? ErrorCode::Upstream
                                                  : ErrorCode::Protocol;
    return Error{code, at + ": the answer is no token" + status};
  }
  std::string words = printable(tools_.redactor.redact(error_));
  if (!description_.empty()) words += ": " + printable(tools_.redactor.redact(description_));
  words += status;
  // A captive portal does not speak so: these are the words of a token endpoint.
  if (error_ == "invalid_grant")
    return Error{ErrorCode::AuthInvalid, "the login has ended: " + words};
  if (is_about_client(error_))
    return Error{ErrorCode::AuthConfig,
                 at + ": " + words,
                 "check the settings oauth_client_id, oauth_scope and oauth_client_auth"};
  return Error{answer.status == 429 ? ErrorCode::Rate : ErrorCode::Upstream, at + ": " + words};
}

}  // namespace patchbay::host
