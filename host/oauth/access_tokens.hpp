// Access tokens for keys that are logins: kept, renewed before they expire, once for all who ask.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/redactor.hpp"
#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"
#include "core/store/database.hpp"
#include "host/oauth/grant.hpp"
#include "host/oauth/login_tokens.hpp"
#include "host/vault/vault.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace patchbay::host {

class AccessTokens {
 public:
  // A token is renewed so long before its end, or when a tenth of its life is left, if that is
  // less.
  static constexpr std::chrono::milliseconds renewed_before{60'000};

  struct Dependencies {
    net::EventLoop& loop;
    net::HttpClient& client;
    store::Database& database;
    const Clock& clock;
    const Log& log;
    Redactor& redactor;
    std::function<Result<const Vault*>()> vault;
  };

  explicit AccessTokens(Dependencies dependencies);
  AccessTokens(const AccessTokens&) = delete;
  AccessTokens& operator=(const AccessTokens&) = delete;
  ~AccessTokens();

  struct Login {
    std::string key_id;
    std::string token;  // of the key's row, Fernet
    std::int64_t key_version = 0;
    TokenPlace place;
  };

  // Waits for a token. Dropping it is the end of waiting, not of a renewal that others wait for.
  class Waiting {
   public:
    Waiting() = default;
    Waiting(Waiting&& other) noexcept : alive_(std::move(other.alive_)) {}
    Waiting& operator=(Waiting&& other) noexcept {
      alive_ = std::move(other.alive_);
      return *this;
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() = default;

   private:
    friend class AccessTokens;
    explicit Waiting(std::shared_ptr<bool> alive) : alive_(std::move(alive)) {}
    std::shared_ptr<bool> alive_;  // shared with the one that calls back
  };

  // `done` is called once, on the loop's thread, after this returned. The login must have been
  // checked against its signature: whatever is in it is used. Errors: as TokenExchange has them,
  // Vault, Store.
  using Done = std::function<void(Result<SecretBytes>)>;
  [[nodiscard]] Waiting get(Login login, Done done);

  // The provider refused this access token before its time: the next get() renews it.
  void refuse(const std::string& key_id, const SecretBytes& access_token);

 private:
  struct State;
  void renew(State& state, Login login);
  void deliver(const std::string& key_id, const Status& status);

  Dependencies dependencies_;
  std::map<std::string, std::unique_ptr<State>> states_;  // by key; never removed
};

}  // namespace patchbay::host
