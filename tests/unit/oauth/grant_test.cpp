#include "host/oauth/grant.hpp"

#include "tests/unit/vault/vault_home.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::must;

Result<Grant> parsed(std::string_view text) {
  return parse_grant(must(SecretBytes::copy_of(text)));
}

Provider oauth_provider() {
  Provider provider;
  provider.name = "corp";
  provider.auth_type = "oauth";
  provider.settings["oauth_token_url"] = "https://login.corp.example/token";
  return provider;
}

TEST(GrantTest, IsARefreshTokenOrAnObjectThatHasOne) {
  EXPECT_EQ(must(parsed("1//0abc")).refresh_token.expose_text(), "1//0abc");
  const Grant grant =
      must(parsed(R"({"client_secret": "s\"x", "refresh_token": "r\\1", "client_id": "me"})"));
  EXPECT_EQ(grant.refresh_token.expose_text(), "r\\1");
  EXPECT_EQ(grant.client_secret.expose_text(), "s\"x");
  EXPECT_EQ(grant.client_id, "me");
}

TEST(GrantTest, WhatCannotBeSentIsRefused) {
  for (const std::string_view text : {"line\nfeed",
                                      "{",
                                      R"({"client_id": "me"})",
                                      R"({"refresh_token": ""})",
                                      R"({"refresh_token": "a\n"})",
                                      R"({"refresh_token": "r", "client_secret": "\u0001"})"})
    EXPECT_EQ(parsed(text).error().code, ErrorCode::BadInput) << text;
  EXPECT_TRUE(parsed(std::string(oauth_token_size_max, 'r')).ok());
  EXPECT_FALSE(parsed(std::string(oauth_token_size_max + 1, 'r')).ok());
}

TEST(GrantTest, TakesARenewedTokenInItsPlace) {
  const SecretBytes renewed = must(SecretBytes::copy_of(std::string_view("new\"\\")));
  const auto again = [&](std::string_view text) {
    return std::string(must(must(parsed(text)).credential_with(renewed)).expose_text());
  };
  EXPECT_EQ(again("old"), "new\"\\");
  const Grant grant = must(
      parsed(again(R"({"refresh_token": "old", "client_id": "me", "client_secret": "s\"\\"})")));
  EXPECT_EQ(grant.refresh_token.expose_text(), "new\"\\");
  EXPECT_EQ(grant.client_secret.expose_text(), "s\"\\");
  EXPECT_EQ(grant.client_id, "me");
}

TEST(TokenPlaceTest, IsWhatTheRowSaysElseWhatTheManifestDoes) {
  AdapterManifest manifest;
  Provider provider = oauth_provider();
  EXPECT_TRUE(renews_tokens(provider, manifest));
  EXPECT_EQ(must(token_place_of(provider, manifest)).url.text(),
            "https://login.corp.example/token");
  provider.settings.erase("oauth_token_url");
  EXPECT_FALSE(renews_tokens(provider, manifest)) << "the credential is an access token then";
  manifest.auth["oauth"].token_url = "https://login.example/token";
  EXPECT_EQ(must(token_place_of(provider, manifest)).url.text(), "https://login.example/token");
  provider.auth_type = "bearer";
  EXPECT_FALSE(renews_tokens(provider, manifest));
}

TEST(TokenPlaceTest, RefusesWhatCannotBeUsed) {
  const auto with = [](const char* name, const char* value) {
    Provider provider = oauth_provider();
    provider.settings[name] = value;
    const auto place = token_place_of(provider, AdapterManifest());
    return place.ok() ? std::string() : place.error().message;
  };
  EXPECT_EQ(with("oauth_client_auth", "basic"), "");
  EXPECT_THAT(with("oauth_client_auth", "digest"), HasSubstr("basic or body"));
  EXPECT_THAT(with("oauth_token_url", "http://login.corp.example/"), HasSubstr("oauth_token_url"));
  EXPECT_THAT(with("oauth_token_url", "http://127.0.0.1/"), HasSubstr("oauth_token_url"));
  EXPECT_THAT(with("oauth_scope", "a\nb"), HasSubstr("oauth_scope"));
  EXPECT_THAT(with("oauth_client_id", "\x01"), HasSubstr("oauth_client_id"));
}

}  // namespace
}  // namespace patchbay::host
