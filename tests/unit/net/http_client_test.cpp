#include "core/net/http_client.hpp"

#include "tests/support/loopback_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/client_fixture.hpp"
#include "tests/unit/net/raw_server.hpp"

#include <atomic>

namespace patchbay::testing {
namespace {

using net::NetFailureKind;
using net::Responder;
using net::ServerRequest;
using std::chrono::milliseconds;

void answer_ok(ServerRequest, std::shared_ptr<Responder> responder) {
  responder->answer(200, "text/plain", "fine");
}

class HttpClientTest : public ClientTest {
 protected:
  void trust(const TestCertificate& certificate) { make_client_trusting(certificate.ca_file()); }
};

TEST_F(HttpClientTest, GetsAnAnswerOverTls) {
  const TestCertificate certificate;
  LoopbackServer server(answer_ok, certificate);
  trust(certificate);
  const auto told = run(get(server.url() + "/v1/models?page=2"));
  ASSERT_TRUE(told->succeeded()) << told->failure->message;
  EXPECT_EQ(told->status, 200U);
  EXPECT_EQ(told->head_count, 1);
  EXPECT_EQ(told->body, "fine");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "GET");
  EXPECT_EQ(requests[0].target, "/v1/models?page=2");
  EXPECT_EQ(requests[0].query("page"), "2");
  EXPECT_EQ(requests[0].header("user-agent"), "patchbay");
  EXPECT_EQ(requests[0].header("accept-encoding"), "");
}

TEST_F(HttpClientTest, SendsBodyHeadersAndCredentialExactlyOnce) {
  const TestCertificate certificate;
  LoopbackServer server(answer_ok, certificate);
  trust(certificate);
  auto request = post(server.url() + "/generate", 3000);
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  add_credential(request, "X-Goog-Api-Key", "canary-123");
  ASSERT_TRUE(run(std::move(request))->succeeded());
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].body.size(), 3000U);
  EXPECT_EQ(requests[0].body[2999], PatternBody::byte_at(2999));
  EXPECT_EQ(requests[0].header("content-length"), "3000");
  EXPECT_EQ(requests[0].header("content-type"), "application/json");
  EXPECT_EQ(requests[0].header("expect"), "");
  int credentials = 0;
  int empty_ones = 0;
  for (const net::Header& header : requests[0].headers) {
    credentials += header.name == "x-goog-api-key" && header.value == "canary-123" ? 1 : 0;
    empty_ones += header.name == "x-empty" && header.value.empty() ? 1 : 0;
  }
  EXPECT_EQ(credentials, 1);
  EXPECT_EQ(empty_ones, 1);
}

TEST_F(HttpClientTest, SendsEveryMethodAsItIs) {
  LoopbackServer server(answer_ok);
  for (const char* method : {"GET", "DELETE", "OPTIONS", "POST", "PUT", "PATCH"}) {
    auto request = get(server.url() + "/");
    request.method = method;
    EXPECT_TRUE(run(std::move(request))->succeeded()) << method;
    const auto seen = server.requests().back();
    EXPECT_EQ(seen.method, method);
    EXPECT_EQ(seen.header("content-type"), "");
  }
  auto head = get(server.url() + "/");
  head.method = "HEAD";
  const auto told = run(std::move(head));
  EXPECT_TRUE(told->succeeded());
  EXPECT_EQ(told->header("content-length"), "4");
  EXPECT_EQ(told->body, "");
}

TEST_F(HttpClientTest, KeepsConnectionsForTheNextExchange) {
  std::atomic<int> connections = 0;
  RawServer counted(3, [&](RawConnection& connection) {
    ++connections;
    while (!connection.read_head().empty()) {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(run(get(counted.url() + "/"))->succeeded());
  EXPECT_EQ(connections, 1);
  client_.reset();
  counted.stop();
}

TEST_F(HttpClientTest, DeliversARedirectAndFollowsNone) {
  const TestCertificate certificate;
  LoopbackServer second(answer_ok, certificate);
  for (const unsigned status : {301U, 302U, 307U, 308U}) {
    LoopbackServer first(
        [&, status](ServerRequest, std::shared_ptr<Responder> responder) {
          responder->begin(status, {{"Location", second.url() + "/"}, {"Content-Length", "0"}});
          responder->finish();
        },
        certificate);
    trust(certificate);
    auto request = post(first.url() + "/", 10);
    add_credential(request);
    const auto told = run(std::move(request));
    ASSERT_TRUE(told->succeeded());
    EXPECT_EQ(told->status, status);
    EXPECT_EQ(told->header("location"), second.url() + "/");
  }
  EXPECT_TRUE(second.requests().empty()) << "not a byte may reach the second host";
}

TEST_F(HttpClientTest, RefusesHeadersThatWouldBreakOut) {
  make_client();
  RecordingObserver observer;
  const auto start = [&](net::Header header) {
    auto request = get("http://127.0.0.1:9/");
    request.headers = {std::move(header)};
    auto started = client_->start(std::move(request), observer);
    EXPECT_EQ(started.ok() || started.error().code == ErrorCode::BadInput, true);
    return started.ok();
  };
  EXPECT_FALSE(start({"X-A", "a\r\nX-B: b"}));
  EXPECT_FALSE(start({"X-A", "a\nb"}));
  EXPECT_FALSE(start({"X-A", "a\rb"}));
  EXPECT_FALSE(start({"X-A", std::string("a\0b", 3)}));
  EXPECT_FALSE(start({"X-A", "\x7f"}));
  EXPECT_FALSE(start({"X-A", "\xc3\xa4"}));
  EXPECT_FALSE(start({"X-A", "a\tb"}));
  EXPECT_FALSE(start({"X-A:", "a"}));
  EXPECT_FALSE(start({"X A", "a"}));
  EXPECT_FALSE(start({"", "a"}));
  EXPECT_FALSE(start({"X-A\r\nX-B", "a"}));
  EXPECT_FALSE(start({"X-A", std::string(32768, 'a')}));
  for (const char* name : {"Host",
                           "host",
                           "Content-Length",
                           "Transfer-Encoding",
                           "Connection",
                           "Accept-Encoding",
                           "Cookie",
                           "Expect",
                           "Proxy-Authorization"}) {
    EXPECT_FALSE(start({name, "a"})) << name;
  }
  loop_.run();
  EXPECT_TRUE(observer.heard_nothing());
}

TEST_F(HttpClientTest, RefusesCredentialsThatCannotBeSentWhole) {
  make_client();
  RecordingObserver observer;
  const auto error_of = [&](std::string name, std::string_view secret, net::Header header) {
    auto request = get("http://127.0.0.1:9/");
    request.headers = {std::move(header)};
    add_credential(request, std::move(name), secret);
    const auto started = client_->start(std::move(request), observer);
    return started ? std::string() : started.error().message + started.error().hint;
  };
  const std::string error = error_of("X-Key", "canary-123\r\nX-B: b", {"X-A", "a"});
  EXPECT_NE(error, "");
  EXPECT_EQ(error.find("canary"), std::string::npos);
  EXPECT_NE(error_of("X-Key", "canary\n", {"X-A", "a"}), "");
  EXPECT_NE(error_of("X-Key", "canary", {"x-key", "a"}), "");
  EXPECT_NE(error_of("X-Key", "", {"X-A", "a"}), "");
  EXPECT_NE(error_of("Host", "canary", {"X-A", "a"}), "");
}

TEST_F(HttpClientTest, RefusesCertificatesItCannotTrust) {
  const TestCertificate trusted;
  const TestCertificate other;
  const TestCertificate wrong_name({.names = {"provider.test"}});
  const TestCertificate expired({.valid_from_days = -3, .valid_to_days = -1});
  const TestCertificate early({.valid_from_days = 2});
  const auto failure_with = [&](const TestCertificate& shown, const TestCertificate& ca) {
    LoopbackServer server(answer_ok, shown);
    trust(ca);
    auto request = get(server.url() + "/");
    add_credential(request);
    const auto told = run(std::move(request));
    EXPECT_TRUE(server.requests().empty());
    EXPECT_TRUE(told->failure);
    return told->failure.value_or(net::NetFailure{});
  };
  for (const auto& failure : {failure_with(other, trusted),
                              failure_with(wrong_name, wrong_name),
                              failure_with(expired, expired),
                              failure_with(early, early)}) {
    EXPECT_EQ(failure.kind, NetFailureKind::Tls) << failure.message;
    EXPECT_FALSE(failure.sent);
    EXPECT_NE(failure.message.find("localhost:"), std::string::npos) << failure.message;
    EXPECT_EQ(failure.message.find("canary"), std::string::npos);
  }
}

TEST_F(HttpClientTest, TrustsTheGivenAuthorityInsteadOfTheSystems) {
  const TestCertificate certificate;
  LoopbackServer server(answer_ok, certificate);
  make_client();
  const auto told = run(get(server.url() + "/"));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Tls);
}

TEST_F(HttpClientTest, NamesAnAuthorityFileThatCannotBeRead) {
  net::HttpClientOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  const auto client = net::HttpClient::create(loop_, options);
  ASSERT_FALSE(client);
  EXPECT_NE(client.error().message.find("/nonexistent/ca.pem"), std::string::npos);
}

TEST_F(HttpClientTest, RefusesPrivateAddressesInEverySpelling) {
  make_client();
  RecordingObserver observer;
  for (const char* host : {"127.0.0.1",
                           "127.1",
                           "0x7f000001",
                           "2130706433",
                           "0177.0.0.1",
                           "[::ffff:127.0.0.1]",
                           "[::1]",
                           "0",
                           "10.0.0.1",
                           "169.254.169.254",
                           "[fe80::1]",
                           "[64:ff9b::7f00:1]"}) {
    auto request = get("https://" + std::string(host) + ":9/");
    request.allow_private = net::AllowPrivate::No;
    const auto started = client_->start(std::move(request), observer);
    ASSERT_FALSE(started) << host;
    EXPECT_EQ(started.error().code, ErrorCode::BadInput);
    EXPECT_NE(started.error().hint.find("--allow-private"), std::string::npos);
  }
  auto clear = get("http://example.com/");
  clear.allow_private = net::AllowPrivate::No;
  EXPECT_FALSE(client_->start(std::move(clear), observer));
}

TEST_F(HttpClientTest, RefusesANameThatLeadsToAPrivateAddress) {
  const TestCertificate certificate;
  LoopbackServer server(answer_ok, certificate);
  trust(certificate);
  auto request = get(server.url() + "/");
  request.allow_private = net::AllowPrivate::No;
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Policy);
  EXPECT_FALSE(told->failure->sent);
  EXPECT_NE(told->failure->message.find("--allow-private"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpClientTest, RefusesAKeptConnectionThatWasMadeWithOtherRights) {
  const TestCertificate certificate;
  LoopbackServer server(answer_ok, certificate);
  trust(certificate);
  ASSERT_TRUE(run(get(server.url() + "/"))->succeeded());
  auto request = get(server.url() + "/");
  request.allow_private = net::AllowPrivate::No;
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Policy);
  EXPECT_FALSE(told->failure->sent);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(HttpClientTest, TellsWhereNothingListens) {
  const int port = [] {
    RawServer gone(0, [](RawConnection&) {});
    return gone.port();
  }();
  const auto told = run(get("http://127.0.0.1:" + std::to_string(port) + "/?key=canary"));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Connect);
  EXPECT_FALSE(told->failure->sent);
  EXPECT_NE(told->failure->message.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
  EXPECT_EQ(told->failure->message.find("canary"), std::string::npos);
}

TEST_F(HttpClientTest, NeverReadsTheEnvironmentsProxy) {
  LoopbackServer server(answer_ok);
  ASSERT_EQ(::setenv("http_proxy", "http://127.0.0.1:9", 1), 0);
  ASSERT_EQ(::setenv("ALL_PROXY", "http://127.0.0.1:9", 1), 0);
  EXPECT_TRUE(run(get(server.url() + "/"))->succeeded());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

}  // namespace
}  // namespace patchbay::testing
