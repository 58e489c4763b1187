// Logging in at a provider with a browser: a code for a challenge, RFC 7636, and a key for the
// code.
#pragma once

#include "core/base/redactor.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"
#include "core/net/http_server.hpp"
#include "core/net/url.hpp"
#include "host/oauth/json_post.hpp"
#include "host/oauth/secret_text.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace patchbay::host {

// The setting of a row that names another page than the manifest does.
inline constexpr const char* login_page_setting = "login_page";

// The two places of a login, as the manifest and the row name them.
struct LoginPlaces {
  net::Url authorize;  // the page for the browser
  net::Url exchange;   // where the code becomes a key
  net::AllowPrivate allow_private = net::AllowPrivate::No;
};

// What only this program knows while somebody logs in.
class PkceSecret {
 public:
  [[nodiscard]] static Result<PkceSecret> create();

  [[nodiscard]] const SecretBytes& verifier() const { return verifier_; }
  [[nodiscard]] const std::string& challenge() const { return challenge_; }  // S256
  [[nodiscard]] const std::string& state() const { return state_; }

  // For the browser. Without a callback the page shows the code.
  [[nodiscard]] std::string address(const LoginPlaces& places,
                                    std::string_view callback,
                                    std::string_view key_label) const;

 private:
  PkceSecret(SecretBytes verifier, std::string challenge, std::string state)
      : verifier_(std::move(verifier)),
        challenge_(std::move(challenge)),
        state_(std::move(state)) {}

  SecretBytes verifier_;
  std::string challenge_;
  std::string state_;
};

// Waits on this machine for the browser to come back with a code.
class LoginCallback {
 public:
  // Called once, on the loop's thread. Errors: NotAllowed, where the person or the provider said
  // no.
  using Done = std::function<void(Result<SecretBytes>)>;

  // On 127.0.0.1, on whatever port is free. Errors: Network.
  [[nodiscard]] static Result<std::unique_ptr<LoginCallback>> listen(net::EventLoop& loop,
                                                                     const PkceSecret& secret,
                                                                     Done done);
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  LoginCallback(net::EventLoop& loop, std::string state, Done done)
      : loop_(loop), state_(std::move(state)), done_(std::move(done)) {}
  void handle(const net::ServerRequest& request, net::Responder& responder);
  void finish(Result<SecretBytes> code);

  net::EventLoop& loop_;
  std::string state_;
  Done done_;
  std::string address_;
  std::unique_ptr<net::HttpServer> server_;
  net::EventLoop::Timer timer_;
};

// A code and its verifier for a key that stays.
class KeyExchange {
 public:
  // Errors: AuthInvalid, where the code is refused; Upstream, Protocol, Network, Timeout.
  using Done = std::function<void(Result<SecretBytes>)>;

  // `done` is called once, on the loop's thread, after this returned.
  [[nodiscard]] static Result<std::unique_ptr<KeyExchange>> start(net::EventLoop& loop,
                                                                  net::HttpClient& client,
                                                                  const LoginPlaces& places,
                                                                  const PkceSecret& secret,
                                                                  const SecretBytes& code,
                                                                  Done done);

 private:
  KeyExchange(SecretText key, std::string origin, Done done);
  void settle(const JsonPost::Answer& answer);
  [[nodiscard]] Result<SecretBytes> result_of(const JsonPost::Answer& answer);

  std::string origin_;
  Done done_;
  JsonReader reader_;
  SecretText key_;
  std::string message_;
  std::unique_ptr<JsonPost> post_;  // last: it uses the reader
};

}  // namespace patchbay::host
