// A token endpoint: access tokens for refresh tokens that change with each use, RFC 6749 section 6.
#pragma once

#include "core/base/clock.hpp"
#include "core/media/random.hpp"
#include "host/emulator/reply.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

class TokenIssuer {
 public:
  static constexpr std::size_t access_count_max = 256;  // the newest are known
  static constexpr std::size_t used_count_max = 256;    // of one login, likewise

  // `take` gets each access token that is issued.
  using TakeFunction = std::function<void(std::string access_token)>;
  TokenIssuer(const Clock& clock, std::uint64_t seed, std::chrono::seconds life, TakeFunction take);

  // A login that works, and one that has ended.
  [[nodiscard]] const std::string& refresh_token() const { return logins_.front().issued; }
  [[nodiscard]] const std::string& ended_refresh_token() const { return logins_.back().issued; }

  // The answer to a form: {"grant_type", "refresh_token"}.
  [[nodiscard]] Reply answer(std::string_view form);
  // Whether it was issued here, and its time is over.
  [[nodiscard]] bool has_expired(std::string_view access_token) const;

 private:
  struct Login {
    std::string issued;   // the first one, which its owner has
    std::string current;  // the one that is good; empty: the login has ended
    std::deque<std::string> used;
  };
  struct Access {
    std::string token;
    std::chrono::steady_clock::time_point until;
  };

  [[nodiscard]] std::string new_token(std::string_view kind);
  [[nodiscard]] Reply renew(Login& login);

  const Clock& clock_;
  media::Random random_;
  std::chrono::seconds life_;
  TakeFunction take_;
  std::vector<Login> logins_;
  std::deque<Access> access_;
};

}  // namespace patchbay::emulator
