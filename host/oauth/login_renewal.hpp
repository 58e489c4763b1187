// One renewal of one login: looks whether somebody else was faster, asks, keeps what came.
#pragma once

#include "host/oauth/access_tokens.hpp"
#include "host/oauth/token_exchange.hpp"
#include "host/oauth/token_rows.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

class LoginRenewal {
 public:
  static constexpr std::chrono::milliseconds lease_time{30'000};  // longer than an exchange takes
  static constexpr std::chrono::milliseconds lease_look_interval{100};
  static constexpr unsigned exchanges_max = 2;  // the second where another program renewed it
  static constexpr std::chrono::minutes life_where_not_stated{5};

  struct Outcome {
    SecretBytes access_token;
    std::int64_t fresh_until_unix_ms = 0;
  };
  using Over = std::function<void(Result<Outcome>)>;

  // `refused` is an access token that is not to be taken again. `over` is called once, on the
  // loop's thread, after start() returned.
  LoginRenewal(const AccessTokens::Dependencies& dependencies,
               AccessTokens::Login login,
               SecretBytes refused,
               Over over);
  void start();
  [[nodiscard]] static std::string grant_sha256_of(const AccessTokens::Login& login);

 private:
  void look();
  void ask();
  void settle(Result<TokenAnswer> answer);
  void keep(TokenAnswer answer);
  void give_up(Error error);
  void finish(Result<Outcome> outcome);
  void later(std::chrono::milliseconds delay, void (LoginRenewal::*step)());

  // The newest tokens, where some are stored for this very key. What cannot be read counts as none.
  [[nodiscard]] std::optional<LoginTokens> stored() const;
  [[nodiscard]] Result<std::optional<LoginTokens>> read_stored() const;
  [[nodiscard]] Result<Grant> grant() const;
  [[nodiscard]] Status store(const LoginTokens& tokens) const;
  [[nodiscard]] bool is_usable(const LoginTokens& tokens) const;
  [[nodiscard]] Lease lease() const;

  const AccessTokens::Dependencies& dependencies_;
  AccessTokens::Login login_;
  SecretBytes refused_;
  Over over_;
  std::string grant_sha256_;
  std::string holder_;
  Grant grant_;  // with the refresh token that is used
  unsigned exchanges_ = 0;
  std::unique_ptr<TokenExchange> exchange_;
  net::EventLoop::Timer timer_;
};

// Until when an access token of that life may be used.
[[nodiscard]] std::int64_t fresh_until(std::int64_t now_unix_ms, std::chrono::milliseconds life);

}  // namespace patchbay::host
