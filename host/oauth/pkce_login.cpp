#include "host/oauth/pkce_login.hpp"

#include "core/base/text.hpp"
#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/kdf.hpp"
#include "host/oauth/grant.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t verifier_size_bytes = 32;
constexpr std::size_t state_size_bytes = 16;
constexpr std::size_t message_size_max = 500;  // of the provider's words
constexpr std::size_t label_size_max = 100;
constexpr std::string_view callback_path = "/callback";

// Without the padding that RFC 7636 leaves away.
std::string unpadded(std::string text) {
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool plain = letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) out.push_back(c);
    if (!plain) out.append({'%', hex[byte >> 4U], hex[byte & 15U]});
  }
  return out;
}

std::string page(std::string_view words) {
  return "<!doctype html><meta charset=\"utf-8\"><title>Patchbay</title><p>" + std::string(words) +
         "</p>\n";
}

void answer(net::Responder& responder, unsigned status, std::string_view words) {
  const std::string body = page(words);
  responder.begin(status,
                  {{"Content-Type", "text/html; charset=utf-8"},
                   {"Content-Length", std::to_string(body.size())},
                   {"Cache-Control", "no-store"},
                   {"Referrer-Policy", "no-referrer"},
                   {"Connection", "close"}});
  responder.write(body, nullptr);
  responder.finish();
}

}  // namespace

Result<PkceSecret> PkceSecret::create() {
  const auto random = PATCHBAY_TRY(crypto::random_secret(verifier_size_bytes));
  SecretBytes verifier = PATCHBAY_TRY(crypto::secret_to_base64url(random));
  const std::string_view text = verifier.expose_text();
  verifier.shrink(text.find_last_not_of('=') + 1);
  std::string challenge =
      unpadded(crypto::to_base64url(crypto::sha256(crypto::bytes_of(verifier.expose_text()))));
  std::string state =
      unpadded(crypto::to_base64url(PATCHBAY_TRY(crypto::random_bytes(state_size_bytes))));
  return PkceSecret(std::move(verifier), std::move(challenge), std::move(state));
}

std::string PkceSecret::address(const LoginPlaces& places,
                                std::string_view callback,
                                std::string_view key_label) const {
  std::string text = places.authorize.text();
  text += places.authorize.query.empty() ? '?' : '&';
  if (callback.empty()) {
    text += "key_label=" + percent_encoded(shortened(key_label, label_size_max));
  } else {
    // Nothing else of the address comes back: what tells this login from another one stands there.
    const std::string whole = std::string(callback) + "?state=" + state_;
    text += "callback_url=" + percent_encoded(whole);
  }
  return text + "&code_challenge=" + challenge_ + "&code_challenge_method=S256";
}

// ---- the browser comes back
// ---------------------------------------------------------------------------------------

Result<std::unique_ptr<LoginCallback>> LoginCallback::listen(net::EventLoop& loop,
                                                             const PkceSecret& secret,
                                                             Done done) {
  std::unique_ptr<LoginCallback> callback(new LoginCallback(loop, secret.state(), std::move(done)));
  net::HttpServerOptions options;
  constexpr std::size_t request_size_max = std::size_t{16} << 10U;
  options.request_size_max = request_size_max;
  callback->server_ = PATCHBAY_TRY(net::HttpServer::listen(
      loop,
      options,
      [self = callback.get()](const net::ServerRequest& request,
                              const std::shared_ptr<net::Responder>& responder) {
        self->handle(request, *responder);
      }));
  callback->address_ =
      "http://127.0.0.1:" + std::to_string(callback->server_->port()) + std::string(callback_path);
  return callback;
}

void LoginCallback::handle(const net::ServerRequest& request, net::Responder& responder) {
  if (request.method != "GET" || request.path != callback_path)
    return answer(responder, 404, "There is nothing here.");
  // Any page of the browser can come here, with a code of its own.
  if (request.query("state") != state_ || !done_)
    return answer(responder, 400, "This is not the login that Patchbay waits for.");
  const std::string refusal = request.query("error");
  std::string code = request.query("code");
  if (!refusal.empty()) {
    answer(responder, 200, "The login was refused. You may close this page.");
    return finish(Error{ErrorCode::NotAllowed,
                        "the login was refused: " + printable(shortened(refusal, 200)),
                        "start it again, or store a key with `patchbay configure`"});
  }
  if (!is_token(code)) return answer(responder, 400, "There is no code in this address.");
  auto secret = SecretBytes::copy_of(std::string_view(code));
  wipe(code.data(), code.size());
  answer(responder, 200, "Patchbay has what it needs. You may close this page.");
  finish(std::move(secret));
}

// A little later: the page must still get out.
void LoginCallback::finish(Result<SecretBytes> code) {
  constexpr std::chrono::milliseconds last_words{100};
  auto shared = std::make_shared<Result<SecretBytes>>(std::move(code));  // a task is copied
  timer_ = loop_.after(
      last_words, [done = std::exchange(done_, nullptr), shared] { done(std::move(*shared)); });
}

// ---- the code becomes a key
// ---------------------------------------------------------------------------------------

KeyExchange::KeyExchange(SecretText key, std::string origin, Done done)
    : origin_(std::move(origin)), done_(std::move(done)), key_(std::move(key)) {
  reader_.pieces("key", [this](std::string_view piece, bool) { key_.append(piece); });
  reader_.text("error.message", message_, message_size_max);
}

Result<std::unique_ptr<KeyExchange>> KeyExchange::start(net::EventLoop& loop,
                                                        net::HttpClient& client,
                                                        const LoginPlaces& places,
                                                        const PkceSecret& secret,
                                                        const SecretBytes& code,
                                                        Done done) {
  if (!is_token(code.expose_text())) return Error{ErrorCode::BadInput, "that is no code"};
  constexpr std::size_t names_size = 128;
  const std::size_t size = code.size() + secret.verifier().size();
  SecretText body = PATCHBAY_TRY(SecretText::create(names_size + (2 * size)));
  body.append("{\"code\":");
  body.append_quoted(code.expose_text());
  body.append(",\"code_verifier\":");
  body.append_quoted(secret.verifier().expose_text());
  body.append(",\"code_challenge_method\":\"S256\"}");
  net::HttpRequest request;
  request.url = places.exchange;
  request.allow_private = places.allow_private;
  request.headers = {{"content-type", "application/json"}, {"accept", "application/json"}};
  request.body = std::make_unique<SecretBody>(body.take());
  SecretText key = PATCHBAY_TRY(SecretText::create(oauth_token_size_max));
  std::unique_ptr<KeyExchange> exchange(
      new KeyExchange(std::move(key), places.exchange.origin(), std::move(done)));
  exchange->post_ = PATCHBAY_TRY(JsonPost::start(
      loop,
      client,
      std::move(request),
      exchange->reader_,
      [self = exchange.get()](const JsonPost::Answer& answer) { self->settle(answer); }));
  return exchange;
}

void KeyExchange::settle(const JsonPost::Answer& answer) {
  Result<SecretBytes> result = result_of(answer);
  // Moved out first: the receiver may drop this object.
  const Done done = std::move(done_);
  done(std::move(result));
}

Result<SecretBytes> KeyExchange::result_of(const JsonPost::Answer& answer) {
  const std::string at = "no key came from " + origin_;
  if (answer.failure) return error_of(*answer.failure, at);
  const bool has_key = answer.is_json && !key_.is_full() && is_token(key_.view());
  if (answer.status == 200 && has_key) return key_.take();
  const std::string words =
      message_.empty() ? "the answer is no key" : printable(shortened(message_, message_size_max));
  const ErrorCode code = answer.status >= 500 ? ErrorCode::Upstream
                         : message_.empty()   ? ErrorCode::Protocol
                                              : ErrorCode::AuthInvalid;
  return Error{code,
               at + ": " + words + " (HTTP " + std::to_string(answer.status) + ")",
               "start the login again: a code is good once, for a few minutes"};
}

}  // namespace patchbay::host
