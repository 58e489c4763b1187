#include "core/net/http_client.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/client_fixture.hpp"
#include "tests/unit/net/raw_server.hpp"

namespace patchbay::testing {
namespace {

using net::NetFailureKind;
using net::Responder;
using net::ServerRequest;

net::HttpClientOptions through(const RawServer& proxy) {
  net::HttpClientOptions options;
  options.proxy_url = "http://user:secret-word@127.0.0.1:" + std::to_string(proxy.port());
  return options;
}

class HttpClientProxyTest : public ClientTest {};

TEST_F(HttpClientProxyTest, TunnelsThroughTheConfiguredProxyWithoutShowingItTheCredential) {
  const TestCertificate certificate({.names = {"provider.test"}});
  LoopbackServer server(
      [](ServerRequest, std::shared_ptr<Responder> responder) {
        responder->answer(200, "", "fine");
      },
      certificate);
  std::string head;
  RawServer proxy(1, [&](RawConnection& connection) {
    head = connection.read_head();
    connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n");
    connection.tunnel_to(server.port());
  });
  auto options = through(proxy);
  options.ca_file = certificate.ca_file();
  make_client(options);
  auto request = get("https://provider.test/");
  request.allow_private = net::AllowPrivate::No;  // the proxy's own address is not the question
  add_credential(request);
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->succeeded()) << told->failure->message;
  EXPECT_EQ(told->body, "fine");
  EXPECT_EQ(told->head_count, 1);
  EXPECT_EQ(told->header("x-proxy"), "");
  client_.reset();
  proxy.stop();
  EXPECT_TRUE(head.starts_with("CONNECT provider.test:443 HTTP/1.1\r\n")) << head;
  EXPECT_NE(head.find("Proxy-Authorization: Basic "), std::string::npos);
  EXPECT_EQ(head.find("canary"), std::string::npos);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].header("x-goog-api-key"), "canary-0123456789");
  EXPECT_EQ(requests[0].header("proxy-authorization"), "");
}

TEST_F(HttpClientProxyTest, NamesNoPasswordWhereTheProxyRefuses) {
  RawServer proxy(1, [&](RawConnection& connection) {
    connection.read_head();
    connection.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  make_client(through(proxy));
  auto request = get("https://provider.test/");
  add_credential(request);
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Connect) << told->failure->message;
  EXPECT_FALSE(told->failure->sent);
  EXPECT_NE(told->failure->message.find("407"), std::string::npos) << told->failure->message;
  EXPECT_EQ(told->failure->message.find("secret-word"), std::string::npos);
  EXPECT_EQ(told->failure->message.find("canary"), std::string::npos);
}

TEST_F(HttpClientProxyTest, GoesStraightToThisMachine) {
  LoopbackServer server([](ServerRequest, std::shared_ptr<Responder> responder) {
    responder->answer(200, "", "fine");
  });
  RawServer proxy(1, [](RawConnection&) { ADD_FAILURE() << "the proxy was asked"; });
  make_client(through(proxy));
  EXPECT_TRUE(run(get(server.url() + "/"))->succeeded());
}

TEST_F(HttpClientProxyTest, StillRefusesPrivateAddresses) {
  RawServer proxy(1, [](RawConnection&) { ADD_FAILURE() << "the proxy was asked"; });
  make_client(through(proxy));
  RecordingObserver observer;
  auto request = get("https://169.254.169.254/");
  request.allow_private = net::AllowPrivate::No;
  EXPECT_FALSE(client_->start(std::move(request), observer));
  auto local = get("https://localhost:9/");
  local.allow_private = net::AllowPrivate::No;
  const auto told = run(std::move(local));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Policy);
}

TEST_F(HttpClientProxyTest, NeverRepeatsABadProxyUrl) {
  net::HttpClientOptions options;
  options.proxy_url = "http://u:secret-word@[::z";
  const auto client = net::HttpClient::create(loop_, options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::BadInput);
  EXPECT_EQ(client.error().message.find("secret-word"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::testing
