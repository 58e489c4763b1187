// One request to a token endpoint: a refresh token for an access token, RFC 6749 section 6.
#pragma once

#include "core/base/redactor.hpp"
#include "host/oauth/grant.hpp"
#include "host/oauth/json_post.hpp"
#include "host/oauth/secret_text.hpp"
#include <patchbay/json.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace patchbay::host {

struct TokenAnswer {
  SecretBytes access_token;
  SecretBytes refresh_token;           // empty: the one that was used stays good
  std::chrono::seconds expires_in{0};  // 0: not stated
};

class TokenExchange {
 public:
  // Errors: AuthInvalid where the login has ended, and nothing else: the endpoint's own
  // `invalid_grant`. AuthConfig for its other refusals of what it was asked; Rate, Upstream,
  // Protocol, Network, Timeout.
  using Done = std::function<void(Result<TokenAnswer>)>;

  struct Tools {
    net::EventLoop& loop;
    net::HttpClient& client;
    Redactor& redactor;
  };

  // `done` is called once, on the loop's thread, after this returned; it may drop this object,
  // which cancels what runs. Errors: BadInput, Internal.
  [[nodiscard]] static Result<std::unique_ptr<TokenExchange>> start(const Tools& tools,
                                                                    const TokenPlace& place,
                                                                    const Grant& grant,
                                                                    Done done);

 private:
  TokenExchange(const Tools& tools, std::string origin, SecretText access, SecretText refresh);
  [[nodiscard]] Status send(const TokenPlace& place, const Grant& grant);
  void settle(const JsonPost::Answer& answer);
  [[nodiscard]] Result<TokenAnswer> result_of(const JsonPost::Answer& answer);
  [[nodiscard]] Error refusal(const JsonPost::Answer& answer) const;

  Tools tools_;
  std::string origin_;
  Done done_;
  std::vector<Redactor::Registration> hidden_;
  JsonReader reader_;
  SecretText access_;
  SecretText refresh_;
  std::string token_type_;
  std::string error_;
  std::string description_;
  std::uint64_t expires_in_ = 0;
  std::unique_ptr<JsonPost> post_;  // last: it uses the reader
};

}  // namespace patchbay::host
