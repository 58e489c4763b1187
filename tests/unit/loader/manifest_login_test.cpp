#include "host/loader/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;

Result<Manifest> with(const std::string& fields) {
  return parse_manifest(
      R"({"id": "example.acme", "version": "1.0.0", "name": "acme", "operations": ["image"], )" +
      fields + "}");
}
std::string refusal(const std::string& fields) {
  const Result<Manifest> manifest = with(fields);
  return manifest.ok() ? std::string() : manifest.error().message;
}
std::string oauth(const std::string& url) {
  return R"("auth": {"oauth": {"token_url": ")" + url + "\"}}";
}
std::string page(const std::string& authorize, const std::string& exchange) {
  return R"("auth": {"bearer": {}}, "browser_login": {"authorize": ")" + authorize +
         R"(", "exchange": ")" + exchange + "\"}";
}

TEST(ManifestLoginTest, ReadsWhereLoginsAreRenewed) {
  const auto manifest = with(oauth("https://login.example/token"));
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  const CredentialPlacement& placement = manifest.value().adapters[0].auth.at("oauth");
  EXPECT_EQ(placement.token_url, "https://login.example/token");
  EXPECT_EQ(placement.prefix, "Bearer ");
  EXPECT_THAT(refusal(oauth("http://login.example/token")),
              HasSubstr("field `auth.oauth.token_url` is not https"));
  EXPECT_THAT(refusal(oauth("https://10.0.0.1/token?a=b")), HasSubstr("cannot be used"));
}

TEST(ManifestLoginTest, ReadsThePageForTheBrowser) {
  const auto manifest = with(page("https://acme.example/auth", "/auth/keys"));
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  const auto& login = manifest.value().adapters[0].browser_login;
  ASSERT_TRUE(login);
  EXPECT_EQ(login->authorize, "https://acme.example/auth");
  EXPECT_EQ(login->exchange, "/auth/keys");
  EXPECT_FALSE(with(R"("no_credential": true)").value().adapters[0].browser_login);
  EXPECT_THAT(refusal(page("http://acme.example/auth", "/x")), HasSubstr("is not https"));
  EXPECT_THAT(refusal(page("https://acme.example/auth", "https://else.example/")),
              HasSubstr("field `browser_login.exchange` is not a path"));
  EXPECT_THAT(refusal(page("https://acme.example/auth", "")), HasSubstr("browser_login.exchange"));
}

}  // namespace
}  // namespace patchbay::host
