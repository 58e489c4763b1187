// Where requests may go, what they may say, and when the credential goes with them.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gmock/gmock.h>

namespace patchbay::testing {
namespace {

using ::testing::HasSubstr;

class TransportTest : public EngineTest {
 protected:
  TransportTest() {
    script([this](ScriptedSession& session, const patchbay_input& input) {
      session.awaited = 1;
      if (input.kind == PATCHBAY_IN_START) session.http(1, target_, http_);
      if (input.kind == PATCHBAY_IN_HTTP_FAIL) {
        const auto& fail = *static_cast<const patchbay_http_fail*>(input.payload);
        fail_kind_ = fail.kind;
        EXPECT_EQ(fail.sent, 0U);
        FailureOptions reported;
        reported.category = PATCHBAY_ERR_NETWORK;
        session.error(reported);
      }
      if (input.kind == PATCHBAY_IN_HTTP_END) session.done();
    });
    request_.operation = host::Operation::Verify;
    host::ManifestOrigin credentialed;
    credentialed.origin = "https://keys.example.test";
    credentialed.credentialed = true;
    host::ManifestOrigin images;
    images.origin = "https://images.example.test";
    images.anonymous_get = true;
    host::ManifestOrigin idle;
    idle.origin = "https://idle.example.test";
    manifest().origins = {credentialed, images, idle};
    allowed_origins_.emplace_back("https://keys.example.test");
  }

  void expect_refused(ErrorCode code, const char* words, const char* hint = "") {
    fail_kind_ = 0;
    const host::Failure failure = run_failing();
    EXPECT_EQ(fail_kind_, std::uint32_t{PATCHBAY_FAIL_POLICY});
    EXPECT_EQ(failure.local_code, code) << failure.message;
    EXPECT_THAT(failure.message, HasSubstr(words));
    EXPECT_THAT(failure.hint, HasSubstr(hint));
    EXPECT_EQ(failure.billed, host::Billed::No);
    EXPECT_TRUE(scripted_client_.seen.empty()) << "it was sent";
  }

  const SeenRequest& expect_sent() {
    scripted_client_.answer({Step::head(200), Step::end()});
    const host::AttemptOutcome outcome = run();
    EXPECT_TRUE(outcome.ok()) << outcome.failure->message;
    EXPECT_EQ(scripted_client_.seen.size(), 1U);
    return scripted_client_.seen.front();
  }

  void get(std::uint32_t origin, std::string target) {
    http_.method = "GET";
    http_.origin = origin;
    target_ = std::move(target);
  }

  std::string target_ = "/images";
  HttpOptions http_;
  std::uint32_t fail_kind_ = 0;
};

TEST_F(TransportTest, TargetsThatLeaveTheOriginAreRefused) {
  for (const char* target : {"//evil.test/a",
                             "https://evil.test/",
                             "images",
                             "/a/../../b",
                             "/a\\b",
                             "/a b",
                             "/a\r\nX-Smuggled: 1",
                             "/a#b",
                             "@evil.test/"}) {
    target_ = target;
    EXPECT_EQ(run_failing().billed, host::Billed::No) << target;
    EXPECT_EQ(fail_kind_, std::uint32_t{PATCHBAY_FAIL_POLICY}) << target;
    EXPECT_TRUE(scripted_client_.seen.empty()) << target;
  }
}

TEST_F(TransportTest, ForbiddenHeadersAreRefused) {
  for (const char* name : {"Host",
                           "Authorization",
                           "authorization",
                           "Cookie",
                           "Proxy-Authorization",
                           "proxy-anything",
                           "Connection",
                           "Keep-Alive",
                           "TE",
                           "Trailer",
                           "Transfer-Encoding",
                           "Upgrade",
                           "Content-Length",
                           "Expect",
                           "Accept-Encoding"}) {
    http_.headers = {{name, "x"}};
    expect_refused(ErrorCode::Plugin, "may not set the header");
  }
}

TEST_F(TransportTest, TheCredentialsOwnHeaderIsRefused) {
  manifest().auth["bearer"] = host::CredentialPlacement{"x-goog-api-key", ""};
  http_.headers = {{"X-Goog-Api-Key", "mine"}};
  expect_refused(ErrorCode::Plugin, "may not set the header 'X-Goog-Api-Key'");
}

TEST_F(TransportTest, HeadersThatWouldSplitTheMessageAreRefused) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"x-a", "1\r\nx-smuggled: 1"},
                                                        {"x-a", std::string("1\0", 2)},
                                                        {"x-a\r\nx-smuggled", "1"},
                                                        {"x a", "1"},
                                                        {"x:a", "1"},
                                                        {"", "1"}}) {
    http_.headers = {{name, value}};
    const host::Failure failure = run_failing();
    EXPECT_EQ(failure.local_code, ErrorCode::Plugin) << name;
    EXPECT_TRUE(scripted_client_.seen.empty()) << name;
  }
}

TEST_F(TransportTest, HeadersAreBoundedInSize) {
  http_.headers = {{"x-a", std::string(8'193, 'x')}};
  expect_refused(ErrorCode::Plugin, "too long");
  http_.headers.clear();
  for (int i = 0; i < 5; ++i)
    http_.headers.emplace_back("x-" + std::to_string(i), std::string(8'000, 'x'));
  expect_refused(ErrorCode::Plugin, "its headers have");
  http_.headers.pop_back();
  EXPECT_EQ(expect_sent().headers.size(), 4U);
}

TEST_F(TransportTest, UnknownMethodsAreRefused) {
  for (const char* method : {"", "TRACE", "CONNECT", "get", "GET /evil HTTP/1.1\r\n"}) {
    http_.method = method;
    expect_refused(ErrorCode::Plugin, "the method");
  }
}

TEST_F(TransportTest, OriginOutsideTheManifestIsRefused) {
  http_.origin = 4;
  expect_refused(ErrorCode::Plugin, "origin 4 is not in its manifest");
}

TEST_F(TransportTest, CredentialGoesToACredentialedOriginOfTheManifest) {
  get(1, "/check");
  const SeenRequest& seen = expect_sent();
  EXPECT_EQ(seen.url, "https://keys.example.test/check");
  EXPECT_THAT(seen.credential, HasSubstr(std::string(test_key)));
  EXPECT_EQ(seen.allow_private, net::AllowPrivate::No);
}

TEST_F(TransportTest, NoCredentialWhereNobodySignedForTheOrigin) {
  allowed_origins_ = {"https://api.example.test"};
  get(1, "/check");
  expect_refused(ErrorCode::Tampered, "nobody signed for sending the key");
}

TEST_F(TransportTest, AnotherPortOrSchemeIsAnotherOrigin) {
  for (const char* origin : {"https://api.example.test:8443", "http://api.example.test", ""}) {
    allowed_origins_ = {origin};
    expect_refused(ErrorCode::Tampered, "nobody signed");
  }
}

TEST_F(TransportTest, ChangedEndpointGetsNoCredential) {
  candidate_.provider.endpoint_url = "https://evil.test/v1";
  expect_refused(ErrorCode::Tampered, "to https://evil.test");
}

TEST_F(TransportTest, CredentialNeverGoesToAnOriginWithoutTheFlag) {
  get(2, "/a.png");
  allowed_origins_.emplace_back("https://images.example.test");
  expect_refused(ErrorCode::Plugin, "lets no credential go to https://images.example.test");
}

TEST_F(TransportTest, AnonymousOriginIsReadWithoutCredential) {
  get(2, "/a.png");
  http_.flags = PATCHBAY_HTTP_ANONYMOUS;
  EXPECT_EQ(expect_sent().credential, "");
}

TEST_F(TransportTest, AnonymousOriginTakesNoPostAndNoBody) {
  get(2, "/a.png");
  http_.flags = PATCHBAY_HTTP_ANONYMOUS;
  http_.method = "POST";
  expect_refused(ErrorCode::Plugin, "only GET without a body");
  http_.method = "GET";
  http_.body = "x";
  expect_refused(ErrorCode::Plugin, "only GET without a body");
}

TEST_F(TransportTest, OriginWithoutAnyUseIsRefused) {
  get(3, "/a");
  http_.flags = PATCHBAY_HTTP_ANONYMOUS;
  expect_refused(ErrorCode::Plugin, "gives no use for https://idle.example.test");
}

TEST_F(TransportTest, AnonymousFlagKeepsTheCredentialBack) {
  http_.flags = PATCHBAY_HTTP_ANONYMOUS;
  EXPECT_EQ(expect_sent().credential, "");
}

TEST_F(TransportTest, UrlOfADeclaredOriginIsFetchedBare) {
  get(PATCHBAY_ORIGIN_URL, "https://images.example.test/a.png?x=1");
  const SeenRequest& seen = expect_sent();
  EXPECT_EQ(seen.url, "https://images.example.test/a.png?x=1");
  EXPECT_EQ(seen.credential, "");
}

TEST_F(TransportTest, UrlOfAnotherOriginIsRefused) {
  get(PATCHBAY_ORIGIN_URL, "https://cdn.test/a.png");
  expect_refused(ErrorCode::Plugin, "does not name https://cdn.test");
}

TEST_F(TransportTest, UrlAnywhereNeedsManifestAndUser) {
  manifest().anonymous_get_anywhere = true;
  get(PATCHBAY_ORIGIN_URL, "https://cdn.test/a.png");
  expect_refused(
      ErrorCode::NoOutput, "points to an image at https://cdn.test", "allow_image_urls=1");
  candidate_.provider.settings["allow_image_urls"] = "1";
  const SeenRequest& seen = expect_sent();
  EXPECT_EQ(seen.credential, "");
  EXPECT_EQ(seen.allow_private, net::AllowPrivate::No);
}

TEST_F(TransportTest, UrlIsNeverPlainNeverPostedNeverPrivate) {
  manifest().anonymous_get_anywhere = true;
  candidate_.provider.settings = {{"allow_image_urls", "1"}, {"allow_private", "1"}};
  get(PATCHBAY_ORIGIN_URL, "http://cdn.test/a.png");
  expect_refused(ErrorCode::NoOutput, "without TLS");
  get(PATCHBAY_ORIGIN_URL, "https://cdn.test/a.png");
  http_.method = "POST";
  expect_refused(ErrorCode::Plugin, "only GET without a body");
  http_.method = "GET";
  EXPECT_EQ(expect_sent().allow_private, net::AllowPrivate::No);
}

TEST_F(TransportTest, PlainHttpOnlyWhereTheProviderAllowsPrivate) {
  candidate_.provider.endpoint_url = "http://127.0.0.1:8080/v1";
  allowed_origins_ = {"http://127.0.0.1:8080"};
  EXPECT_EQ(run_failing().billed, host::Billed::No);
  EXPECT_TRUE(scripted_client_.seen.empty());
  candidate_.provider.settings["allow_private"] = "1";
  EXPECT_EQ(expect_sent().allow_private, net::AllowPrivate::Yes);
}

TEST_F(TransportTest, SecretsInWhatTheAdapterWroteStopTheRequest) {
  const std::string key(test_key);
  target_ = "/images?k=" + key;
  expect_refused(ErrorCode::BadInput, "holds a stored secret");
  target_ = "/images";
  http_.headers = {{"x-a", "Bearer " + key}};
  expect_refused(ErrorCode::BadInput, "holds a stored secret");
  http_.headers.clear();
  http_.body = "{\"k\":\"" + key + "\"}";
  expect_refused(ErrorCode::BadInput, "holds a stored secret");
}

TEST_F(TransportTest, SecretCutOverSegmentsIsFound) {
  static const std::string key(test_key);
  const auto bytes = [](std::string_view text) {
    return patchbay_bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  };
  script([&](ScriptedSession& session, const patchbay_input& input) {
    session.awaited = 1;
    if (input.kind == PATCHBAY_IN_START)
      session.http_segments(
          1,
          "/a",
          {patchbay_segment{PATCHBAY_SEG_BYTES, 0, bytes(std::string_view(key).substr(0, 9))},
           patchbay_segment{PATCHBAY_SEG_BYTES, 0, bytes(std::string_view(key).substr(9))}});
    if (input.kind == PATCHBAY_IN_HTTP_FAIL) session.error({});
  });
  EXPECT_EQ(run_failing().local_code, ErrorCode::BadInput);
  EXPECT_TRUE(scripted_client_.seen.empty());
}

TEST_F(TransportTest, AdapterWithoutCredentialSendsNone) {
  manifest().needs_credential = false;
  EXPECT_EQ(expect_sent().credential, "");
}

}  // namespace
}  // namespace patchbay::testing
