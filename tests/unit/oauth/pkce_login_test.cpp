#include "host/oauth/pkce_login.hpp"

#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::LoopbackServer;
using ::testing::MatchesRegex;
using testing::must;
using ::testing::Not;
using ::testing::StartsWith;

class Observer final : public net::HttpObserver {
 public:
  explicit Observer(std::function<void()> over) : over_(std::move(over)) {}
  void on_head(unsigned head, std::span<const net::Header>) override { status = head; }
  [[nodiscard]] net::Flow on_data(std::span<const std::uint8_t> bytes) override {
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return net::Flow::Continue;
  }
  void on_end() override { over_(); }
  void on_fail(const net::NetFailure& failure) override {
    body = failure.message;
    over_();
  }
  unsigned status = 0;
  std::string body;

 private:
  std::function<void()> over_;
};

class PkceLoginTest : public ::testing::Test {
 protected:
  net::EventLoop loop_;
  std::unique_ptr<net::HttpClient> client_ = must(net::HttpClient::create(loop_, {}));
  PkceSecret secret_ = must(PkceSecret::create());
  std::optional<Result<SecretBytes>> result_;

  // What came of the login, as text.
  [[nodiscard]] std::string outcome() const {
    if (!result_) return "nothing yet";
    return result_->ok() ? std::string(result_->value().expose_text()) : result_->error().message;
  }
  std::unique_ptr<LoginCallback> listen() {
    return must(LoginCallback::listen(loop_, secret_, [this](Result<SecretBytes> code) {
      result_ = std::move(code);
      loop_.stop();
    }));
  }
  // A browser that comes to this address.
  unsigned visit(const std::string& address) {
    net::HttpRequest request;
    request.url = must(net::parse_url(address));
    request.allow_private = net::AllowPrivate::Yes;
    Observer observer([this] { loop_.stop(); });
    must(client_->start(std::move(request), observer));
    loop_.run();
    return observer.status;
  }
  std::string exchange(LoopbackServer& server, std::string_view code) {
    LoginPlaces places;
    places.exchange = must(net::parse_url(server.url() + "/v1/auth/keys"));
    places.allow_private = net::AllowPrivate::Yes;
    result_.reset();
    const auto running = must(KeyExchange::start(loop_,
                                                 *client_,
                                                 places,
                                                 secret_,
                                                 must(SecretBytes::copy_of(code)),
                                                 [this](Result<SecretBytes> key) {
                                                   result_ = std::move(key);
                                                   loop_.stop();
                                                 }));
    loop_.run();
    return outcome();
  }
};

TEST_F(PkceLoginTest, TheAddressHasTheChallengeAndNeverTheVerifier) {
  LoginPlaces places;
  places.authorize = must(net::parse_url("https://provider.example/auth"));
  const std::string verifier(secret_.verifier().expose_text());
  EXPECT_THAT(verifier, MatchesRegex("[-_A-Za-z0-9]{43}"));
  std::string digest = crypto::to_base64url(crypto::sha256(crypto::bytes_of(verifier)));
  digest.pop_back();
  EXPECT_EQ(secret_.challenge(), digest);
  const std::string address = secret_.address(places, "http://127.0.0.1:4711/callback", "");
  EXPECT_THAT(
      address,
      StartsWith("https://provider.example/auth?callback_url=http%3A%2F%2F127.0.0.1%3A4711"
                 "%2Fcallback%3Fstate%3D" +
                 secret_.state() + "&code_challenge=" + digest + "&code_challenge_method=S256"));
  EXPECT_THAT(address, Not(HasSubstr(verifier)));
  EXPECT_THAT(secret_.address(places, "", "my laptop"), HasSubstr("?key_label=my%20laptop&"));
  EXPECT_NE(must(PkceSecret::create()).state(), secret_.state());
}

TEST_F(PkceLoginTest, TakesTheCodeThatComesWithItsOwnStateAlone) {
  const auto callback = listen();
  EXPECT_THAT(callback->address(), MatchesRegex("http://127\\.0\\.0\\.1:[0-9]+/callback"));
  EXPECT_EQ(visit(callback->address() + "?code=stolen"), 400U);
  EXPECT_EQ(visit(callback->address() + "?state=another&code=stolen"), 400U);
  EXPECT_EQ(visit(callback->address() + "?state=" + secret_.state()), 400U) << "without a code";
  EXPECT_EQ(visit(callback->address() + "/favicon.ico"), 404U);
  EXPECT_EQ(outcome(), "nothing yet");
  EXPECT_EQ(visit(callback->address() + "?state=" + secret_.state() + "&code=the-code"), 200U);
  loop_.run();
  EXPECT_EQ(outcome(), "the-code");
  EXPECT_EQ(visit(callback->address() + "?state=" + secret_.state() + "&code=again"), 400U);
}

TEST_F(PkceLoginTest, ARefusalEndsIt) {
  const auto callback = listen();
  EXPECT_EQ(visit(callback->address() + "?error=access_denied&state=" + secret_.state()), 200U);
  loop_.run();
  EXPECT_EQ(outcome(), "the login was refused: access_denied");
}

TEST_F(PkceLoginTest, TheCodeBecomesAKey) {
  LoopbackServer server([](const net::ServerRequest&, const std::shared_ptr<net::Responder>& to) {
    to->answer(200, "application/json", R"({"key":"sk-made-up","user_id":"user_1"})");
  });
  EXPECT_EQ(exchange(server, "co\"de"), "sk-made-up");
  const net::ServerRequest request = server.requests().front();
  EXPECT_EQ(request.method + " " + request.path, "POST /v1/auth/keys");
  EXPECT_EQ(request.body,
            R"({"code":"co\"de","code_verifier":")" +
                std::string(secret_.verifier().expose_text()) +
                R"(","code_challenge_method":"S256"})");
}

TEST_F(PkceLoginTest, WhatIsNoKeyIsToldInTheProvidersWords) {
  LoopbackServer server(
      [](const net::ServerRequest& request, const std::shared_ptr<net::Responder>& to) {
        const bool is_old = request.body.find("old") != std::string::npos;
        if (is_old)
          return to->answer(403, "application/json", R"({"error":{"message":"Code expired"}})");
        to->answer(200, "text/html", "<p>Sign in to this network</p>");
      });
  EXPECT_THAT(exchange(server, "old"), HasSubstr("Code expired (HTTP 403)"));
  EXPECT_EQ(result_->error().code, ErrorCode::AuthInvalid);
  EXPECT_THAT(exchange(server, "new"), HasSubstr("the answer is no key (HTTP 200)"));
  EXPECT_EQ(result_->error().code, ErrorCode::Protocol);
}

}  // namespace
}  // namespace patchbay::host
