#include "core/json/value.hpp"
#include "tests/unit/emulator/gemini_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

using testing::StartsWith;

class TokenIssuerTest : public testing::Test {
 protected:
  Answer ask(const std::string& form) {
    return client_.call(
        {.target = client_.access("token_url"),
         .body = form,
         .headers = {{.name = "content-type", .value = "application/x-www-form-urlencoded"}},
         .key = ""});
  }
  Answer renew(const std::string& refresh_token) {
    return ask("grant_type=refresh_token&refresh_token=" + refresh_token);
  }
  // The status of a request with this access token.
  unsigned use(const std::string& access_token) {
    return client_
        .call({.method = "GET",
               .target = "/models",
               .headers = {{.name = "authorization", .value = "Bearer " + access_token}},
               .key = ""})
        .status;
  }

  EmulatorClient client_;
};

TEST_F(TokenIssuerTest, GivesATokenThatWorksAndAnotherRefreshToken) {
  const json::Value first = renew(client_.access("refresh_token")).json();
  EXPECT_EQ(text_at(first, "token_type"), "Bearer");
  EXPECT_EQ(number_at(first, "expires_in"), 3600);
  EXPECT_EQ(use(text_at(first, "access_token")), 200U);
  const json::Value second = renew(text_at(first, "refresh_token")).json();
  EXPECT_NE(text_at(second, "refresh_token"), text_at(first, "refresh_token"));
  EXPECT_NE(text_at(second, "access_token"), text_at(first, "access_token"));
}

TEST_F(TokenIssuerTest, ARefreshTokenThatIsUsedTwiceEndsTheLogin) {
  const json::Value first = renew(client_.access("refresh_token")).json();
  const Answer twice = renew(client_.access("refresh_token"));
  EXPECT_EQ(twice.status, 400U);
  EXPECT_EQ(text_at(twice.json(), "error"), "invalid_grant");
  EXPECT_EQ(renew(text_at(first, "refresh_token")).status, 400U);
}

TEST_F(TokenIssuerTest, RefusesAsTheRfcHasIt) {
  EXPECT_EQ(text_at(renew(client_.access("ended_refresh_token")).json(), "error"), "invalid_grant");
  EXPECT_EQ(text_at(renew("nobodys").json(), "error"), "invalid_grant");
  EXPECT_EQ(text_at(renew("").json(), "error"), "invalid_request");
  EXPECT_EQ(text_at(ask("grant_type=password").json(), "error"), "unsupported_grant_type");
  EXPECT_EQ(client_.call({.method = "GET", .target = client_.access("token_url")}).status, 404U);
}

}  // namespace
}  // namespace patchbay::emulator
