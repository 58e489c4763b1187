// A token endpoint on this machine, and whoever asks it for access tokens.
#pragma once

#include "host/oauth/access_tokens.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::testing {

// Answers with what it was told, in order; the last answer is given again and again.
class TokenEndpoint {
 public:
  struct Answer {
    unsigned status = 200;
    std::string body;
    std::string type = "application/json";
  };

  void will_answer(std::vector<Answer> answers) {
    const std::lock_guard lock(mutex_);
    answers_.assign(answers.begin(), answers.end());
  }
  [[nodiscard]] static Answer tokens(const std::string& access,
                                     const std::string& refresh,
                                     int expires_in = 3600) {
    return {200,
            R"({"access_token":")" + access + R"(","token_type":"Bearer","expires_in":)" +
                std::to_string(expires_in) +
                (refresh.empty() ? "" : R"(,"refresh_token":")" + refresh + "\"") + "}"};
  }
  [[nodiscard]] static Answer error(unsigned status, const std::string& code) {
    return {status, R"({"error":")" + code + R"(","error_description":"in its own words"})"};
  }

  [[nodiscard]] std::string url() const { return server_.url() + "/oauth/token"; }
  [[nodiscard]] std::vector<net::ServerRequest> requests() { return server_.requests(); }

 private:
  Answer next() {
    const std::lock_guard lock(mutex_);
    Answer answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return answer;
  }

  std::mutex mutex_;  // the server answers on its own thread
  std::deque<Answer> answers_{{500, ""}};
  LoopbackServer server_{[this](const net::ServerRequest&, std::shared_ptr<net::Responder> to) {
    const Answer answer = next();
    to->answer(answer.status, answer.type, answer.body);
  }};
};

struct TokenHome : ReadyVaultHome {
  TokenEndpoint endpoint;
  host::Vault vault = must(open());
  FakeClock clock;
  Redactor redactor;
  std::vector<std::string> warnings;
  Log log{redactor, LogLevel::Warning, [this](LogLevel, std::string_view line) {
            warnings.emplace_back(line);
          }};
  net::EventLoop loop;
  std::unique_ptr<net::HttpClient> client = must(net::HttpClient::create(loop, {}));

  [[nodiscard]] std::unique_ptr<host::AccessTokens> program() {
    return std::make_unique<host::AccessTokens>(host::AccessTokens::Dependencies{
        loop, *client, database, clock, log, redactor, [this]() -> Result<const host::Vault*> {
          return &vault;
        }});
  }

  [[nodiscard]] host::TokenPlace place() const {
    host::TokenPlace place;
    place.url = must(net::parse_url(endpoint.url()));
    place.allow_private = net::AllowPrivate::Yes;
    place.client_id = "the client";
    return place;
  }
  // A stored key that holds this credential.
  [[nodiscard]] host::AccessTokens::Login login(const std::string& credential,
                                                const std::string& key_id = "key-1") const {
    const auto secret = must(SecretBytes::copy_of(credential));
    const auto encrypted = must(vault.encrypt(secret, clock.unix_ms() / 1000));
    return {key_id, encrypted.token, encrypted.key_version, place()};
  }

  // What each of them got: a token, or the name of an error.
  std::vector<std::string> get(const std::vector<host::AccessTokens*>& programs,
                               const host::AccessTokens::Login& login) {
    std::vector<std::string> got(programs.size());
    std::vector<host::AccessTokens::Waiting> waiting;
    std::size_t left = programs.size();
    for (std::size_t i = 0; i < programs.size(); ++i)
      waiting.push_back(programs[i]->get(login, [&, i](Result<SecretBytes> token) {
        got[i] = token.ok() ? std::string(token.value().expose_text())
                            : std::string(describe(token.error().code).name) + ": " +
                                  token.error().message;
        if (--left == 0) loop.stop();
      }));
    loop.run();
    return got;
  }
  std::string get(host::AccessTokens& program, const host::AccessTokens::Login& login) {
    return get(std::vector{&program}, login).front();
  }
};

}  // namespace patchbay::testing
