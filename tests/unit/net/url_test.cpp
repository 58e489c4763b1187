#include "core/net/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::net {
namespace {

std::string normal_form(const std::string& text) {
  const auto url = parse_url(text);
  return url ? url.value().text() : "refused";
}

TEST(UrlTest, ReadsEveryPart) {
  const auto url = parse_url("HTTPS://API.Example.com:8443/v1/models?page=2&x=%20");
  ASSERT_TRUE(url);
  EXPECT_EQ(url.value().scheme, "https");
  EXPECT_EQ(url.value().host, "api.example.com");
  EXPECT_EQ(url.value().port, 8443);
  EXPECT_EQ(url.value().path, "/v1/models");
  EXPECT_EQ(url.value().query, "page=2&x=%20");
  EXPECT_EQ(url.value().origin(), "https://api.example.com:8443");
}

TEST(UrlTest, LeavesOutTheUsualPort) {
  EXPECT_EQ(normal_form("https://example.com:443"), "https://example.com/");
  EXPECT_EQ(normal_form("http://example.com:80/a"), "http://example.com/a");
  EXPECT_EQ(normal_form("http://example.com:443/"), "http://example.com:443/");
}

TEST(UrlTest, ReadsEverySpellingOfAnAddressAlike) {
  EXPECT_EQ(normal_form("https://127.1/"), "https://127.0.0.1/");
  EXPECT_EQ(normal_form("https://0x7f000001/"), "https://127.0.0.1/");
  EXPECT_EQ(normal_form("https://2130706433/"), "https://127.0.0.1/");
  EXPECT_EQ(normal_form("https://0177.0.0.1/"), "https://127.0.0.1/");
  EXPECT_EQ(normal_form("https://[0:0:0:0:0:0:0:1]:9/"), "https://[::1]:9/");
}

TEST(UrlTest, RefusesWhatParsersReadDifferently) {
  for (const char* text : {"",
                           "example.com",
                           "ftp://example.com/",
                           "file:///etc/passwd",
                           "https:/example.com",
                           "https:example.com",
                           "https:///example.com",
                           "https://",
                           "https:///",
                           "https://?q",
                           "https://user@example.com/",
                           "https://user:word@example.com/",
                           "https://@example.com/",
                           "https://example.com/#part",
                           "https://example.com#",
                           "https://exa mple.com/",
                           "https://example.com/a b",
                           "https://example.com\\@evil.com/",
                           "https://example.com/a\tb",
                           "https://example.com/\r\nx: y",
                           "https://ex\xc3\xa4mple.com/",
                           "https://example.com:0/",
                           "https://example.com:65536/",
                           "https://example.com:x/",
                           "https://example.com:-1/",
                           "https://.example.com/",
                           "https://example..com/",
                           "https://example.com./",
                           "https://256.1.1.1/",
                           "https://1.2.3.4.5/",
                           "https://[::1/",
                           "https://[::g]/",
                           "https://[fe80::1%25eth0]/",
                           "https://exam%70le.com/",
                           "https://a,b/",
                           "javascript://example.com/",
                           "https ://example.com/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::BadInput) << text;
  }
}

TEST(UrlTest, RefusesAZeroByte) {
  EXPECT_FALSE(parse_url(std::string("https://example.com/a\0b", 23)));
}

TEST(UrlTest, HoldsItsSizeLimit) {
  const std::string front = "https://example.com/";
  EXPECT_TRUE(parse_url(front + std::string(url_size_max - front.size(), 'a')));
  EXPECT_FALSE(parse_url(front + std::string(url_size_max - front.size() + 1, 'a')));
}

TEST(UrlTest, HoldsTheLimitsOfHostNames) {
  const std::string part(63, 'a');
  const std::string longest = part + "." + part + "." + part + "." + std::string(61, 'a');
  EXPECT_TRUE(parse_url("https://" + longest + "/"));
  EXPECT_FALSE(parse_url("https://" + longest + "a/"));
  EXPECT_FALSE(parse_url("https://" + part + "a.com/"));
}

TEST(UrlTest, NeverPrintsControlCharactersOfABadUrl) {
  const auto url = parse_url("https://example.com/\x1b[31m");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find('\x1b'), std::string::npos);
}

TEST(EndpointTest, IsHttpsUnlessPrivateOnesAreAllowed) {
  EXPECT_TRUE(parse_endpoint("https://api.example.com/v1", AllowPrivate::No));
  EXPECT_TRUE(parse_endpoint("http://127.0.0.1:8080", AllowPrivate::Yes));
  const auto refused = parse_endpoint("http://api.example.com/v1", AllowPrivate::No);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("--allow-private"), std::string::npos);
}

TEST(EndpointTest, NamesTheOptionForAPrivateHost) {
  for (const char* text : {"https://127.0.0.1/",
                           "https://localhost:8443",
                           "https://[::1]/",
                           "https://10.1.2.3",
                           "https://x.localhost/",
                           "https://169.254.169.254/"}) {
    const auto refused = parse_endpoint(text, AllowPrivate::No);
    ASSERT_FALSE(refused) << text;
    EXPECT_NE(refused.error().hint.find("--allow-private"), std::string::npos) << text;
    EXPECT_TRUE(parse_endpoint(text, AllowPrivate::Yes)) << text;
  }
}

TEST(EndpointTest, HasNoQuery) {
  EXPECT_FALSE(parse_endpoint("https://example.com/?a=b", AllowPrivate::Yes));
  EXPECT_FALSE(parse_endpoint("https://example.com/?", AllowPrivate::Yes));
}

TEST(JoinTargetTest, PutsTheTargetBehindTheEndpointsPath) {
  const Url base = parse_endpoint("https://example.com/v1beta/", AllowPrivate::No).value();
  const auto joined = join_target(base, "/models/m:generate?alt=sse&url=https://x.com/../y");
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(joined.value().text(),
            "https://example.com/v1beta/models/m:generate?alt=sse&url=https://x.com/../y");
  EXPECT_EQ(joined.value().origin(), base.origin());
}

TEST(JoinTargetTest, KeepsEscapedSlashesOfANameAsTheyAre) {
  const Url base = parse_endpoint("https://example.com", AllowPrivate::No).value();
  EXPECT_EQ(join_target(base, "/models/openai%2Fgpt").value().path, "/models/openai%2Fgpt");
}

TEST(JoinTargetTest, RefusesWhatCouldLeaveTheOrigin) {
  const Url base = parse_endpoint("https://example.com/v1", AllowPrivate::No).value();
  for (const char* target : {"",
                             "models",
                             "//evil.com/",
                             "/a//b",
                             "/a/../b",
                             "/..",
                             "/%2e%2e/b",
                             "/%2E./b",
                             "/a\\b",
                             "/a%5cb",
                             "/a#b",
                             "/a b",
                             "/a\r\nHost: evil.com",
                             "/a\x01",
                             "/%00",
                             "/%0d%0a",
                             "/%zz",
                             "/%2",
                             "https://evil.com/",
                             "@evil.com/",
                             "/\xc3\xa4"}) {
    const auto joined = join_target(base, target);
    ASSERT_FALSE(joined) << target;
    EXPECT_EQ(joined.error().code, ErrorCode::Plugin) << target;
  }
  EXPECT_FALSE(join_target(base, "/" + std::string(url_size_max, 'a')));
}

}  // namespace
}  // namespace patchbay::net
