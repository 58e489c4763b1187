#include "core/net/http_client.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/unit/net/client_fixture.hpp"
#include "tests/unit/net/raw_server.hpp"

#include <atomic>
#include <chrono>

namespace patchbay::testing {
namespace {

using net::NetFailureKind;
using net::Responder;
using net::ServerRequest;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class HttpClientFaultTest : public ClientTest {
 protected:
  // What the client makes of an answer that is these bytes, then the connection's end.
  std::unique_ptr<RecordingObserver> answer_with(std::string bytes) {
    RawServer server(1, [bytes = std::move(bytes)](RawConnection& connection) {
      connection.read_head();
      connection.write(bytes);
    });
    auto told = run(get(server.url() + "/"));
    EXPECT_EQ(told->end_count, 1);
    return told;
  }

  NetFailureKind kind_of(std::string bytes) {
    const auto told = answer_with(std::move(bytes));
    EXPECT_TRUE(told->failure);
    if (!told->failure) return NetFailureKind::Cancelled;
    EXPECT_TRUE(told->failure->sent);
    EXPECT_NE(told->failure->message.find("127.0.0.1:"), std::string::npos);
    return told->failure->kind;
  }
};

TEST_F(HttpClientFaultTest, TakesTruncatedBodiesForBroken) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(kind_of(head + "Content-Length: 10\r\n\r\nhello"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of(head + "Content-Length: 10\r\n\r\n"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of(head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
            NetFailureKind::Broken);
  EXPECT_EQ(kind_of(head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of(head + "Transfer-Encoding: chunked\r\n\r\n"), NetFailureKind::Broken);
}

TEST_F(HttpClientFaultTest, TakesNonsenseForBroken) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(kind_of(""), NetFailureKind::Broken);
  EXPECT_EQ(kind_of("hello"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of("HTTP/1.1 200 OK\r\nX-A"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of(chunked + "zz\r\nhello\r\n0\r\n\r\n"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of(chunked + "de0b6b3a7640000\r\nhello"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of(chunked + "ffffffffffffffffff\r\nhello"), NetFailureKind::Broken);
  EXPECT_EQ(kind_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello"),
            NetFailureKind::Broken);
}

TEST_F(HttpClientFaultTest, TakesAmbiguousFramingForBroken) {
  EXPECT_EQ(kind_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
            NetFailureKind::Broken);
  EXPECT_EQ(kind_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "5\r\nhello\r\n0\r\n\r\n"),
            NetFailureKind::Broken);
}

TEST_F(HttpClientFaultTest, RefusesCompressedAnswers) {
  EXPECT_EQ(kind_of("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
            NetFailureKind::Policy);
  EXPECT_EQ(kind_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
            NetFailureKind::Policy);
}

TEST_F(HttpClientFaultTest, LimitsHeaders) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 10'000; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(kind_of(many + "\r\n"), NetFailureKind::TooLarge);
  const std::string large = "HTTP/1.1 200 OK\r\nX-A: ";
  EXPECT_EQ(kind_of(large + std::string(90'000, 'a') + "\r\n\r\n"), NetFailureKind::TooLarge);
  // libcurl has a limit of its own for one line.
  EXPECT_EQ(kind_of(large + std::string(400'000, 'a') + "\r\n\r\n"), NetFailureKind::Broken);
  std::string interim;
  for (int i = 0; i < 100; ++i) interim += "HTTP/1.1 103 Early Hints\r\n\r\n";
  EXPECT_EQ(kind_of(interim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            NetFailureKind::TooLarge);
}

TEST_F(HttpClientFaultTest, TellsOnlyTheFinalHeadAndNoTrailers) {
  const auto told = answer_with(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\nSet-Cookie: a=b\r\n\r\n"
      "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n");
  ASSERT_TRUE(told->succeeded());
  EXPECT_EQ(told->head_count, 1);
  EXPECT_EQ(told->status, 200U);
  EXPECT_EQ(told->header("link"), "");
  EXPECT_EQ(told->header("x-t"), "");
  EXPECT_EQ(told->header("set-cookie"), "");
  EXPECT_EQ(told->body, "hello");
}

TEST_F(HttpClientFaultTest, IgnoresBytesBehindTheAnswer) {
  const auto told = answer_with("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more");
  ASSERT_TRUE(told->succeeded());
  EXPECT_EQ(told->body, "hello");
}

TEST_F(HttpClientFaultTest, HoldsTheSizeLimitOfAnswers) {
  LoopbackServer server([](ServerRequest request, std::shared_ptr<Responder> responder) {
    if (request.path == "/announced") {
      responder->answer(200, "text/plain", std::string(1001, 'a'));
      return;
    }
    responder->begin(200, {});
    responder->write(std::string(1000, 'a'), nullptr);
    if (request.path == "/over") responder->write("a", nullptr);
    responder->finish();
  });
  for (const char* path : {"/announced", "/over"}) {
    auto request = get(server.url() + path);
    request.response_size_max = 1000;
    const auto told = run(std::move(request));
    ASSERT_TRUE(told->failure) << path;
    EXPECT_EQ(told->failure->kind, NetFailureKind::TooLarge);
    EXPECT_LE(told->body.size(), 1000U);
  }
  auto request = get(server.url() + "/at-the-limit");
  request.response_size_max = 1000;
  const auto told = run(std::move(request));
  EXPECT_TRUE(told->succeeded());
  EXPECT_EQ(told->body.size(), 1000U);
}

TEST_F(HttpClientFaultTest, TakesAResetForBrokenWhereverItComes) {
  for (const char* bytes : {"",
                            "HTTP/1.1 200 OK\r\nContent-Le",
                            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"}) {
    RawServer server(1, [bytes](RawConnection& connection) {
      connection.read_head();
      connection.write(bytes);
      connection.reset();
    });
    auto request = post(server.url() + "/", 10);
    const auto told = run(std::move(request));
    ASSERT_TRUE(told->failure);
    EXPECT_EQ(told->failure->kind, NetFailureKind::Broken) << told->failure->message;
    EXPECT_TRUE(told->failure->sent);
  }
}

TEST_F(HttpClientFaultTest, SaysThatNothingWasSentWhereTheTlsHandshakeBreaks) {
  RawServer server(1, [](RawConnection& connection) {
    connection.read_some();
    connection.reset();
  });
  const auto told = run(post("https://127.0.0.1:" + std::to_string(server.port()) + "/", 10));
  ASSERT_TRUE(told->failure);
  EXPECT_FALSE(told->failure->sent) << told->failure->message;
  EXPECT_EQ(told->failure->kind, NetFailureKind::Tls) << told->failure->message;
}

TEST_F(HttpClientFaultTest, NeverRepeatsAPostOnItsOwn) {
  std::atomic<int> posts = 0;
  RawServer server(10, [&](RawConnection& connection) {
    for (;;) {
      const std::string request = connection.read_head();
      if (request.empty()) return;
      if (!request.starts_with("POST")) {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        continue;
      }
      ++posts;
      // The connection was used before: libcurl would try again by itself, and may connect.
      return;
    }
  });
  ASSERT_TRUE(run(get(server.url() + "/"))->succeeded());
  const auto told = run(post(server.url() + "/", 100));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Broken) << told->failure->message;
  EXPECT_TRUE(told->failure->sent);
  ASSERT_TRUE(run(get(server.url() + "/"))->succeeded());
  auto without_body = get(server.url() + "/");
  without_body.method = "POST";
  EXPECT_TRUE(run(std::move(without_body))->failure);
  ASSERT_TRUE(run(get(server.url() + "/"))->succeeded());
  EXPECT_TRUE(run(post(server.url() + "/", 0))->failure);
  client_.reset();
  server.stop();
  EXPECT_EQ(posts, 3);
}

TEST_F(HttpClientFaultTest, RepeatsAGetOnAConnectionThatTurnedOutDead) {
  int requests = 0;
  RawServer server(2, [&](RawConnection& connection) {
    while (!connection.read_head().empty()) {
      if (++requests == 2) return;
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  EXPECT_TRUE(run(get(server.url() + "/"))->succeeded());
  EXPECT_TRUE(run(get(server.url() + "/"))->succeeded());
  client_.reset();
  server.stop();
  EXPECT_EQ(requests, 3);
}

TEST_F(HttpClientFaultTest, SilenceBeforeTheAnswerIsAllowed) {
  net::EventLoop::Timer timer;
  LoopbackServer* running = nullptr;
  LoopbackServer server([&](ServerRequest, std::shared_ptr<Responder> responder) {
    timer = running->loop().after(milliseconds(250),
                                  [responder] { responder->answer(200, "", "late"); });
  });
  running = &server;
  auto request = get(server.url() + "/");
  request.idle_timeout = milliseconds(50);
  const auto told = run(std::move(request));
  EXPECT_TRUE(told->succeeded());
  EXPECT_EQ(told->body, "late");
}

TEST_F(HttpClientFaultTest, SilenceInTheMiddleOfAnAnswerIsNot) {
  std::shared_ptr<Responder> kept;
  LoopbackServer server([&](ServerRequest request, std::shared_ptr<Responder> responder) {
    responder->begin(200, {});
    if (request.path == "/body") responder->write("a", nullptr);
    kept = std::move(responder);
  });
  for (const char* path : {"/head", "/body"}) {
    auto request = get(server.url() + path);
    request.idle_timeout = milliseconds(100);
    const auto begin = steady_clock::now();
    const auto told = run(std::move(request));
    ASSERT_TRUE(told->failure);
    EXPECT_EQ(told->failure->kind, NetFailureKind::Timeout);
    EXPECT_NE(told->failure->message.find("100 ms"), std::string::npos) << told->failure->message;
    EXPECT_GE(steady_clock::now() - begin, milliseconds(100));
    EXPECT_LT(steady_clock::now() - begin, milliseconds(10'000));
  }
  server.run([&] { kept.reset(); });
}

TEST_F(HttpClientFaultTest, DeadlineEndsAnAnswerThatDrips) {
  std::function<void()> drip;
  net::EventLoop::Timer timer;
  LoopbackServer* running = nullptr;
  LoopbackServer server([&](ServerRequest, std::shared_ptr<Responder> responder) {
    responder->begin(200, {});
    drip = [&, responder] {
      if (!responder->connected()) return;
      responder->write("a", nullptr);
      timer = running->loop().after(milliseconds(20), [&] { drip(); });
    };
    drip();
  });
  running = &server;
  auto request = get(server.url() + "/");
  request.idle_timeout = milliseconds(8000);
  request.deadline = milliseconds(300);
  const auto begin = steady_clock::now();
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Timeout);
  EXPECT_NE(told->failure->message.find("300 ms"), std::string::npos);
  EXPECT_GT(told->body.size(), 2U);
  EXPECT_GE(steady_clock::now() - begin, milliseconds(300));
  EXPECT_LT(steady_clock::now() - begin, milliseconds(10'000));
  server.run([&] {
    timer = {};
    drip = nullptr;
  });
}

TEST_F(HttpClientFaultTest, DeadlineEndsSilence) {
  RawServer server(1, [](RawConnection& connection) {
    connection.read_head();
    connection.read_some();
  });
  auto request = get(server.url() + "/");
  request.deadline = milliseconds(150);
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Timeout);
  EXPECT_TRUE(told->failure->sent);
}

TEST_F(HttpClientFaultTest, ConnectTimeoutEndsAHandshakeThatStalls) {
  RawServer server(1, [](RawConnection& connection) {
    while (!connection.read_some().empty()) {
    }
  });
  auto request = get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  request.connect_timeout = milliseconds(150);
  const auto told = run(std::move(request));
  ASSERT_TRUE(told->failure);
  EXPECT_EQ(told->failure->kind, NetFailureKind::Connect) << told->failure->message;
  EXPECT_FALSE(told->failure->sent);
  EXPECT_NE(told->failure->message.find("150 ms"), std::string::npos) << told->failure->message;
}

}  // namespace
}  // namespace patchbay::testing
