#include "host/oauth/token_rows.hpp"
#include "tests/unit/oauth/token_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::text;
using testing::TokenEndpoint;
using testing::TokenHome;

class AccessTokensTest : public ::testing::Test {
 protected:
  TokenHome home_;
  std::unique_ptr<AccessTokens> tokens_ = home_.program();
  AccessTokens::Login login_ = home_.login("refresh 0/+&");

  std::string get() { return home_.get(*tokens_, login_); }
  [[nodiscard]] std::vector<std::string> bodies() {
    std::vector<std::string> bodies;
    for (const net::ServerRequest& request : home_.endpoint.requests())
      bodies.push_back(request.body);
    return bodies;
  }
};

TEST_F(AccessTokensTest, GivesWhatTheEndpointGivesForTheRefreshToken) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "")});
  EXPECT_EQ(get(), "access-1");
  EXPECT_EQ(get(), "access-1");
  EXPECT_THAT(bodies(),
              ElementsAre("grant_type=refresh_token&refresh_token=refresh%200%2F%2B%26"
                          "&client_id=the%20client"));
  EXPECT_EQ(home_.endpoint.requests().front().header("content-type"),
            "application/x-www-form-urlencoded");
}

TEST_F(AccessTokensTest, RenewsItBeforeItExpiresWithTheRefreshTokenThatCameLast) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1"),
                              TokenEndpoint::tokens("access-2", "refresh-2")});
  EXPECT_EQ(get(), "access-1");
  home_.clock.advance(std::chrono::seconds(3539));
  EXPECT_EQ(get(), "access-1");
  home_.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(get(), "access-2");
  EXPECT_THAT(bodies(), SizeIs(2));
  EXPECT_THAT(bodies().back(), HasSubstr("&refresh_token=refresh-1&"));
}

TEST_F(AccessTokensTest, AShortLifeLeavesATenthOfItAndNoMore) {
  home_.endpoint.will_answer(
      {TokenEndpoint::tokens("access-1", "", 10), TokenEndpoint::tokens("access-2", "", 10)});
  EXPECT_EQ(get(), "access-1");
  home_.clock.advance(std::chrono::milliseconds(8'999));
  EXPECT_EQ(get(), "access-1");
  home_.clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(get(), "access-2");
}

TEST_F(AccessTokensTest, AsksOnceForAllWhoWait) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1")});
  const std::vector<AccessTokens*> many(20, tokens_.get());
  EXPECT_THAT(home_.get(many, login_), Each("access-1"));
  EXPECT_THAT(bodies(), SizeIs(1));
}

TEST_F(AccessTokensTest, AsksOnceForSeveralProgramsToo) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1")});
  const auto second = home_.program();
  const auto third = home_.program();
  EXPECT_THAT(home_.get({tokens_.get(), second.get(), third.get()}, login_), Each("access-1"));
  EXPECT_THAT(bodies(), SizeIs(1));
}

TEST_F(AccessTokensTest, ADeadProgramsLeaseEnds) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1")});
  const std::int64_t now = home_.clock.unix_ms();
  ASSERT_TRUE(
      must(take_lease(home_.database, {"key-1", "a program that died", now, now + 30'000})));
  EXPECT_FALSE(must(take_lease(home_.database, {"key-1", "another", now, now + 30'000})));
  home_.clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(get(), "access-1");
}

TEST_F(AccessTokensTest, TheNextRunKnowsWhatTheLastOneGot) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1"),
                              TokenEndpoint::tokens("access-2", "refresh-2")});
  EXPECT_EQ(get(), "access-1");
  tokens_ = home_.program();
  EXPECT_EQ(get(), "access-1");
  home_.clock.advance(std::chrono::hours(1));
  tokens_ = home_.program();
  EXPECT_EQ(get(), "access-2");
  EXPECT_THAT(bodies().back(), HasSubstr("&refresh_token=refresh-1&"));
}

TEST_F(AccessTokensTest, KeepsNoTokenInAPlainColumn) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1")});
  EXPECT_EQ(get(), "access-1");
  EXPECT_THAT(text(home_.database, "SELECT token FROM patchbay_key_tokens"), StartsWith("gAAAA"));
  home_.close_database();
  for (const char* file : {"patchbay.db", "patchbay.db-wal"})
    EXPECT_THAT(testing::contents_of(home_.directory / file),
                Not(::testing::AnyOf(HasSubstr("access-1"), HasSubstr("refresh-1"))));
}

TEST_F(AccessTokensTest, WhatWasStoredForAnotherKeyOrCredentialIsNotUsed) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1"),
                              TokenEndpoint::tokens("access-2", "refresh-2")});
  EXPECT_EQ(get(), "access-1");
  const TokenRow row = must(read_token_row(home_.database, "key-1")).value();
  const AccessTokens::Login other = home_.login("mine", "key-2");
  TokenRow moved = row;
  moved.grant_sha256 = text(home_.database, "SELECT grant_sha256 FROM patchbay_key_tokens");
  must(write_token_row(home_.database, "key-2", moved, home_.clock.unix_ms()));
  EXPECT_EQ(home_.get(*tokens_, other), "access-2") << "the row is of another credential";
  EXPECT_THAT(bodies().back(), HasSubstr("&refresh_token=mine&"));
  // The same credential under another id: the text within says whose tokens they are.
  AccessTokens::Login twin = login_;
  twin.key_id = "key-3";
  must(write_token_row(home_.database, "key-3", row, home_.clock.unix_ms()));
  EXPECT_EQ(home_.get(*tokens_, twin), "access-2");
  EXPECT_THAT(bodies().back(), HasSubstr("&refresh_token=refresh%200"));
  EXPECT_THAT(home_.warnings,
              ElementsAre(HasSubstr("of another one"), HasSubstr("of another one")));
}

TEST_F(AccessTokensTest, ATokenThatWasRefusedIsRenewedAtTheNextUse) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "refresh-1"),
                              TokenEndpoint::tokens("access-2", "refresh-2")});
  EXPECT_EQ(get(), "access-1");
  tokens_->refuse("key-1", must(SecretBytes::copy_of(std::string_view("access-0"))));
  EXPECT_EQ(get(), "access-1") << "another one was refused";
  tokens_->refuse("key-1", must(SecretBytes::copy_of(std::string_view("access-1"))));
  EXPECT_EQ(get(), "access-2");
}

TEST_F(AccessTokensTest, WhoeverStopsWaitingHearsNothing) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "")});
  bool is_called = false;
  {
    const auto waiting = tokens_->get(login_, [&](const auto&) { is_called = true; });
  }
  EXPECT_EQ(get(), "access-1");
  EXPECT_FALSE(is_called);
}

TEST_F(AccessTokensTest, OnlyTheEndpointsOwnWordsEndALogin) {
  const auto code_after = [this](TokenEndpoint::Answer answer) {
    home_.endpoint.will_answer({std::move(answer)});
    const std::string got = get();
    return got.substr(0, got.find(':'));
  };
  EXPECT_EQ(code_after(TokenEndpoint::error(400, "invalid_grant")), "auth_invalid");
  EXPECT_EQ(code_after(TokenEndpoint::error(401, "invalid_client")), "auth_config");
  EXPECT_EQ(code_after(TokenEndpoint::error(400, "invalid_scope")), "auth_config");
  EXPECT_EQ(code_after(TokenEndpoint::error(400, "slow_down")), "upstream");
  EXPECT_EQ(code_after(TokenEndpoint::error(500, "invalid_grant")), "upstream");
  EXPECT_EQ(code_after({429, "{}"}), "rate");
  EXPECT_EQ(code_after({401, "<html>Sign in to this network</html>", "text/html"}), "protocol");
  EXPECT_EQ(code_after({200, "<html>Sign in to this network</html>", "text/html"}), "protocol");
  EXPECT_EQ(code_after({302, ""}), "protocol");
  EXPECT_EQ(code_after({200, R"({"access_token":"","token_type":"Bearer"})"}), "protocol");
  EXPECT_EQ(code_after({200, R"({"access_token":"a\u000ab"})"}), "protocol");
  EXPECT_EQ(code_after({200, R"({"access_token":"x","token_type":"mac"})"}), "protocol");
  EXPECT_EQ(code_after({200, R"({"access_token":")" + std::string(8193, 'a') + "\"}"}), "protocol");
  // A refusal leaves no lease behind.
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "")});
  EXPECT_EQ(get(), "access-1");
}

TEST_F(AccessTokensTest, SaysWhatTheEndpointSaidAndNoSecret) {
  home_.endpoint.will_answer(
      {{400, R"({"error":"invalid_grant","error_description":"refresh 0/+& is revoked"})"}});
  const std::string got = get();
  EXPECT_THAT(got, HasSubstr("the login has ended: invalid_grant"));
  EXPECT_THAT(got, Not(HasSubstr("refresh 0")));
}

TEST_F(AccessTokensTest, AConfidentialClientProvesItselfInTheBodyOrTheHeader) {
  home_.endpoint.will_answer({TokenEndpoint::tokens("access-1", "")});
  login_ = home_.login(
      R"({"type":"authorized_user","client_id":"me","client_secret":"pass:word","refresh_token":"r"})");
  EXPECT_EQ(get(), "access-1");
  EXPECT_EQ(bodies().back(),
            "grant_type=refresh_token&refresh_token=r&client_id=me&client_secret=pass%3Aword");
  login_ = home_.login(R"({"refresh_token":"r2","client_id":"me","client_secret":"pass:word"})");
  login_.place.client_auth = TokenPlace::ClientAuth::Basic;
  login_.place.scope = "images";
  EXPECT_EQ(get(), "access-1");
  EXPECT_EQ(bodies().back(), "grant_type=refresh_token&refresh_token=r2&scope=images");
  EXPECT_EQ(home_.endpoint.requests().back().header("authorization"), "Basic bWU6cGFzcyUzQXdvcmQ=");
}

}  // namespace
}  // namespace patchbay::host
