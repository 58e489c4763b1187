#include "core/crypto/hash.hpp"
#include "host/emulator/pkce.hpp"
#include "tests/unit/emulator/routed_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Verdict = PkceCodes::Verdict;

constexpr std::string_view verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636

class OpenRouterLoginTest : public testing::Test {
 protected:
  Answer log_in(std::string_view query) {
    return client_.call({.method = "GET",
                         .target = client_.access("login_url") + "?" + std::string(query),
                         .key = ""});
  }
  std::string code() {
    const Answer answer =
        log_in("callback_url=http://localhost:3000/back%3Fstate%3D7&code_challenge=" +
               std::string(challenge) + "&code_challenge_method=S256");
    EXPECT_EQ(answer.status, 302U);
    const std::string location(answer.header("location"));
    EXPECT_THAT(location, StartsWith("http://localhost:3000/back?state=7&code="));
    return location.substr(location.rfind('=') + 1);
  }
  Answer exchange(std::string_view code,
                  std::string_view with = verifier,
                  std::string_view method = "S256") {
    return client_.call({.target = "/auth/keys",
                         .body = R"({"code":")" + std::string(code) + R"(","code_verifier":")" +
                                 std::string(with) + R"(","code_challenge_method":")" +
                                 std::string(method) + R"("})",
                         .key = ""});
  }

  EmulatorClient client_{{}, "openrouter"};
};

TEST_F(OpenRouterLoginTest, GivesAKeyThatWorks) {
  const Answer answer = exchange(code());
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(text_at(answer.json(), "user_id"), StartsWith("user_"));
  const std::string key = text_at(answer.json(), "key");
  EXPECT_THAT(key, StartsWith("sk-or-v1-"));
  EXPECT_EQ(client_.call({.method = "GET", .target = "/key", .key = key}).status, 200U);
  EXPECT_EQ(client_.emulator().key_counts().back().key, "none");
  EXPECT_EQ(client_.emulator().key_counts().front().key, "login1");
}

TEST_F(OpenRouterLoginTest, RefusesAWrongVerifierAndASecondUse) {
  const std::string first = code();
  const Answer wrong = exchange(first, "another-verifier");
  EXPECT_EQ(wrong.status, 403U);
  EXPECT_EQ(text_at(wrong.json(), "error.message"), "Invalid code or code_verifier");
  EXPECT_EQ(exchange(first).status, 403U);
  const std::string second = code();
  EXPECT_EQ(exchange(second).status, 200U);
  EXPECT_EQ(exchange(second).status, 403U);
  const Answer method = exchange(code(), verifier, "S512");
  EXPECT_EQ(method.status, 400U);
  EXPECT_EQ(text_at(method.json(), "error.message"), "Invalid code_challenge_method");
}

TEST_F(OpenRouterLoginTest, ShowsTheCodeWhereNobodyListens) {
  const Answer page = log_in("key_label=laptop&code_challenge=" + std::string(challenge) +
                             "&code_challenge_method=S256");
  EXPECT_EQ(page.status, 200U);
  const std::size_t begin = page.body.find("<code>") + 6;
  const std::string shown = page.body.substr(begin, page.body.find("</code>") - begin);
  EXPECT_EQ(exchange(shown).status, 200U);
  EXPECT_EQ(log_in("key_label=laptop").status, 400U);
  EXPECT_EQ(log_in("callback_url=nowhere").status, 400U);
  EXPECT_EQ(client_.get("/auth/keys").status, 405U);
}

TEST(PkceCodesTest, ExpireAfterTenMinutes) {
  PkceCodes codes(1);
  constexpr std::int64_t ten_minutes_ms = 600'000;
  const std::string code = codes.issue(challenge, "S256", 0);
  EXPECT_EQ(codes.redeem(code, verifier, "S256", ten_minutes_ms + 1), Verdict::Expired);
  const std::string in_time = codes.issue(challenge, "S256", 0);
  EXPECT_EQ(codes.redeem(in_time, verifier, "S256", ten_minutes_ms), Verdict::Valid);
}

TEST(PkceCodesTest, KnowTheOtherMethods) {
  PkceCodes codes(1);
  EXPECT_EQ(codes.redeem(codes.issue("same", "plain", 0), "same", "plain", 0), Verdict::Valid);
  EXPECT_EQ(codes.redeem(codes.issue("", "", 0), "", "", 0), Verdict::Valid);
  EXPECT_EQ(codes.issue("x", "S512", 0), "");
  EXPECT_EQ(codes.redeem(codes.issue("same", "plain", 0), "same", "S256", 0), Verdict::Wrong);
}

TEST(PkceCodesTest, KeepOnlyTheNewest) {
  PkceCodes codes(1);
  const std::string oldest = codes.issue("", "", 0);
  for (std::size_t i = 0; i < PkceCodes::count_max - 1; ++i) (void)codes.issue("", "", 0);
  const std::string newest = codes.issue("", "", 0);
  EXPECT_EQ(codes.redeem(oldest, "", "", 0), Verdict::Wrong);
  EXPECT_EQ(codes.redeem(newest, "", "", 0), Verdict::Valid);
}

}  // namespace
}  // namespace patchbay::emulator
