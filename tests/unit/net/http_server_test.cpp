#include "core/net/http_server.hpp"

#include "core/net/request_reader.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/raw_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::testing {
namespace {

using net::HttpServer;
using net::HttpServerOptions;
using net::Responder;
using net::ServerRequest;
using std::chrono::milliseconds;

// Answers with what it understood of the request.
void echo(const ServerRequest& request, const std::shared_ptr<Responder>& responder) {
  responder->answer(
      200,
      "text/plain",
      request.method + " " + request.path + " [" + request.query("q") + "] " + request.body);
}

// All that a server says until it closes, to these bytes.
std::string talk(std::uint16_t port, std::string_view bytes) {
  RawConnection connection(connect_to(port));
  connection.write(bytes);
  std::string answer;
  for (std::string more = connection.read_some(); !more.empty(); more = connection.read_some()) {
    answer += more;
  }
  return answer;
}

std::string last(std::string request) {
  return request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.ends_with(end);
}

TEST(HttpServerTest, AnswersSeveralRequestsOnOneConnection) {
  LoopbackServer server(echo);
  const std::string answer = talk(server.port(),
                                  "GET /a%20b?q=x%2By+z HTTP/1.1\r\nHost: h\r\n\r\n"
                                  "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" +
                                      last("GET /d HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(answer,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n\r\n"
            "GET /a b [x+y z] "
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\n"
            "POST /c [] hello"
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n"
            "Connection: close\r\n\r\nGET /d [] ");
}

TEST(HttpServerTest, TakesRequestsByteByByte) {
  LoopbackServer server(echo);
  RawConnection connection(connect_to(server.port()));
  for (const char c : last("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
    ASSERT_TRUE(connection.write({&c, 1}));
  }
  EXPECT_TRUE(ends_with(connection.read_head(), "POST /c [] abcde"));
}

TEST(HttpServerTest, ChunksAnswersWithoutALength) {
  LoopbackServer server([](ServerRequest, std::shared_ptr<Responder> responder) {
    responder->begin(201, {{"X-A", "1"}, {"X-Bad", "a\r\nX-B: 2"}});
    responder->write("hello, ", nullptr);
    responder->write("", nullptr);
    responder->write("world of chunks", nullptr);
    responder->finish();
    responder->write("too late", nullptr);
    responder->finish();
  });
  EXPECT_EQ(talk(server.port(), last("GET / HTTP/1.1\r\nHost: h\r\n\r\n")),
            "HTTP/1.1 201 Created\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
            "\r\n7\r\nhello, \r\nf\r\nworld of chunks\r\n0\r\n\r\n");
  EXPECT_EQ(talk(server.port(), "GET / HTTP/1.0\r\n\r\n"),
            "HTTP/1.1 201 Created\r\nX-A: 1\r\nConnection: close\r\n\r\nhello, world of chunks");
}

TEST(HttpServerTest, SendsNoBodyToHead) {
  LoopbackServer server(echo);
  EXPECT_TRUE(ends_with(talk(server.port(), last("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n")),
                        "Content-Length: 11\r\nConnection: close\r\n\r\n"));
}

TEST(HttpServerTest, RefusesBadRequestsAndCloses) {
  LoopbackServer server(echo);
  for (const char* request :
       {"nonsense\r\n\r\n",
        "GET / HTTP/3.0\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nX A: 1\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /%zz HTTP/1.1\r\n\r\n",
        "GET /%00 HTTP/1.1\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n"}) {
    const std::string answer = talk(server.port(), request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << request << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpServerTest, LimitsHeads) {
  LoopbackServer server(echo);
  const std::string front = "GET / HTTP/1.1\r\n";
  EXPECT_TRUE(talk(server.port(), front + "X-A: " + std::string(70'000, 'a') + "\r\n\r\n")
                  .starts_with("HTTP/1.1 431 "));
  for (const std::size_t count : {net::server_header_count_max, net::server_header_count_max + 1}) {
    std::string request = front + "Connection: close\r\n";
    for (std::size_t i = 1; i < count; ++i) request += "X-A: 1\r\n";
    const bool fits = count <= net::server_header_count_max;
    EXPECT_TRUE(talk(server.port(), request + "\r\n")
                    .starts_with(fits ? "HTTP/1.1 200 " : "HTTP/1.1 431 "));
  }
}

TEST(HttpServerTest, LimitsBodies) {
  HttpServerOptions options;
  options.request_size_max = 1000;
  LoopbackServer server(echo, options);
  const auto post = [&](std::size_t size, bool chunked) {
    const std::string body(size, 'b');
    const std::string head = "POST / HTTP/1.1\r\nConnection: close\r\n";
    return chunked
               ? head + "Transfer-Encoding: chunked\r\n\r\n" + "3e8\r\n" + body.substr(0, 1000) +
                     "\r\n" + (size > 1000 ? "1\r\nb\r\n" : "") + "0\r\n\r\n"
               : head + "Content-Length: " + std::to_string(size) + "\r\n\r\n" + body;
  };
  for (const bool chunked : {false, true}) {
    EXPECT_TRUE(talk(server.port(), post(1000, chunked)).starts_with("HTTP/1.1 200 ")) << chunked;
    EXPECT_TRUE(talk(server.port(), post(1001, chunked)).starts_with("HTTP/1.1 413 ")) << chunked;
  }
}

TEST(HttpServerTest, InvitesABodyThatIsWaitedFor) {
  HttpServerOptions options;
  options.request_size_max = 1000;
  LoopbackServer server(echo, options);
  RawConnection connection(connect_to(server.port()));
  connection.write("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(connection.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.write("hello");
  EXPECT_TRUE(ends_with(connection.read_head(), "POST / [] hello"));
  EXPECT_TRUE(
      talk(server.port(), "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
          .starts_with("HTTP/1.1 413 "));
}

TEST(HttpServerTest, ResetsWhereTheAnswerIsAborted) {
  LoopbackServer server([](ServerRequest request, std::shared_ptr<Responder> responder) {
    if (request.path == "/dropped") return;  // as a handler that forgets it
    responder->begin(200, {{"Content-Length", "10"}});
    auto& target = *responder;
    target.write("hello", [responder] {
      responder->abort();
      EXPECT_FALSE(responder->connected());
    });
  });
  const std::string answer = talk(server.port(), "GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(answer.empty() || ends_with(answer, "\r\n\r\nhello")) << answer;
  EXPECT_EQ(talk(server.port(), "GET /dropped HTTP/1.1\r\n\r\n"), "");
}

TEST(HttpServerTest, SendsRawBytesAsTheyAre) {
  LoopbackServer server([](ServerRequest, std::shared_ptr<Responder> responder) {
    responder->write_raw("HTTP/1.1 200 Sure\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                         nullptr);
    responder->write_raw("abc", nullptr);
    responder->finish();
  });
  EXPECT_EQ(talk(server.port(), "GET / HTTP/1.1\r\n\r\n"),
            "HTTP/1.1 200 Sure\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc");
}

TEST(HttpServerTest, EndsTheConnectionWhereTheLengthWasNotKept) {
  LoopbackServer server([](ServerRequest request, std::shared_ptr<Responder> responder) {
    responder->begin(200, {{"Content-Length", "5"}});
    responder->write(request.path == "/short" ? "abc" : "abcdefg", nullptr);
    responder->finish();
  });
  EXPECT_TRUE(ends_with(talk(server.port(), "GET /short HTTP/1.1\r\n\r\n"), "\r\n\r\nabc"));
  EXPECT_TRUE(ends_with(talk(server.port(), "GET /long HTTP/1.1\r\n\r\n"), "\r\n\r\nabcdefg"));
}

TEST(HttpServerTest, NoticesThatTheClientHasGone) {
  std::shared_ptr<Responder> kept;
  std::atomic<bool> is_asked = false;
  LoopbackServer server([&](ServerRequest, std::shared_ptr<Responder> responder) {
    kept = std::move(responder);
    is_asked = true;
    is_asked.notify_one();
  });
  {
    RawConnection connection(connect_to(server.port()));
    connection.write("GET / HTTP/1.1\r\n\r\n");
    is_asked.wait(false);
    bool is_connected = false;
    server.run([&] { is_connected = kept->connected(); });
    EXPECT_TRUE(is_connected);
  }
  bool is_connected = true;
  while (is_connected) server.run([&] { is_connected = kept->connected(); });
  server.run([&] {
    kept->begin(200, {});
    kept->write("into the void", nullptr);
    kept->finish();
    kept.reset();
  });
}

TEST(HttpServerTest, HoldsBackWhileTheClientDoesNotRead) {
  constexpr std::size_t piece_size = std::size_t{1} << 20U;
  std::atomic<int> pieces = 0;
  std::atomic<bool> is_released = false;
  std::function<void(std::shared_ptr<Responder>)> send;
  LoopbackServer server([&](ServerRequest, std::shared_ptr<Responder> responder) {
    responder->begin(200, {});
    send(std::move(responder));
  });
  send = [&](std::shared_ptr<Responder> responder) {
    if (!responder->connected() || pieces == 100) {
      is_released = true;
      is_released.notify_one();
      return;
    }
    ++pieces;
    auto& target = *responder;
    target.write(std::string(piece_size, 'a'), [&, responder] { send(responder); });
  };
  {
    RawConnection connection(connect_to(server.port()));
    connection.write("GET / HTTP/1.1\r\n\r\n");
    EXPECT_FALSE(connection.read_some().empty());
    // What fits into the buffers of the two sockets is sent; the rest waits.
    int before = -1;
    while (before != pieces) {
      before = pieces;
      server.run([] {});
    }
    EXPECT_LT(pieces, 50);
  }
  is_released.wait(false);
  EXPECT_LT(pieces, 100) << "the handler must hear that nobody reads any more";
}

TEST(HttpServerTest, ClosesIdleAndSlowConnections) {
  HttpServerOptions options;
  options.idle_timeout = milliseconds(300);
  LoopbackServer server(echo, options);
  EXPECT_EQ(talk(server.port(), ""), "");
  EXPECT_EQ(talk(server.port(), "GET / HT"), "");
  EXPECT_EQ(talk(server.port(), "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel"), "");
  EXPECT_TRUE(ends_with(talk(server.port(), "GET / HTTP/1.1\r\n\r\n"), "GET / [] "));
}

TEST(HttpServerTest, AnswersTakeAsLongAsTheyTake) {
  HttpServerOptions options;
  options.idle_timeout = milliseconds(300);
  net::EventLoop::Timer timer;
  LoopbackServer* running = nullptr;
  LoopbackServer server(
      [&](ServerRequest, std::shared_ptr<Responder> responder) {
        timer = running->loop().after(milliseconds(700),
                                      [responder] { responder->answer(200, "", "late"); });
      },
      options);
  running = &server;
  EXPECT_TRUE(ends_with(talk(server.port(), last("GET / HTTP/1.1\r\n\r\n")), "late"));
}

TEST(HttpServerTest, IdleConnectionsMakeWayAtTheLimit) {
  HttpServerOptions options;
  options.connections_max = 2;
  LoopbackServer server(echo, options);
  RawConnection first(connect_to(server.port()));
  first.write("GET /1 HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(ends_with(first.read_head(), "GET /1 [] "));
  RawConnection second(connect_to(server.port()));
  second.write("GET /2 HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(ends_with(second.read_head(), "GET /2 [] "));
  RawConnection third(connect_to(server.port()));
  third.write("GET /3 HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(ends_with(third.read_head(), "GET /3 [] "));
  EXPECT_EQ(first.read_some(), "") << "the longest idle one is closed";
}

TEST(HttpServerTest, NewcomersWaitWhereAllAreBusy) {
  HttpServerOptions options;
  options.connections_max = 1;
  std::shared_ptr<Responder> kept;
  std::atomic<bool> is_asked = false;
  LoopbackServer server(
      [&](const ServerRequest& request, std::shared_ptr<Responder> responder) {
        if (request.path != "/1") {
          echo(request, responder);
          return;
        }
        kept = std::move(responder);
        is_asked = true;
        is_asked.notify_one();
      },
      options);
  RawConnection first(connect_to(server.port()));
  first.write("GET /1 HTTP/1.1\r\n\r\n");
  is_asked.wait(false);
  RawConnection second(connect_to(server.port()));
  second.write(last("GET /2 HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(server.requests().size(), 1U);
  server.run([&] { std::exchange(kept, nullptr)->answer(200, "", "done"); });
  EXPECT_TRUE(ends_with(first.read_head(), "done"));
  EXPECT_EQ(first.read_some(), "") << "a connection is not kept while somebody waits for its place";
  first.close();
  EXPECT_TRUE(ends_with(second.read_head(), "GET /2 [] "));
}

TEST(HttpServerTest, SaysWhyItCannotListen) {
  net::EventLoop loop;
  HttpServerOptions options;
  const auto error_of = [&] {
    const auto server = HttpServer::listen(loop, options, echo);
    EXPECT_FALSE(server);
    return server ? std::string() : server.error().message;
  };
  LoopbackServer taken(echo);
  options.port = taken.port();
  EXPECT_NE(error_of().find("127.0.0.1:" + std::to_string(taken.port())), std::string::npos);
  options.port = 0;
  options.address = "not-an-address";
  EXPECT_NE(error_of(), "");
  options.address = "127.0.0.1";
  options.certificate_file = "/nonexistent/server.pem";
  EXPECT_NE(error_of(), "");
  options.private_key_file = "/nonexistent/server.key";
  EXPECT_NE(error_of().find("/nonexistent/server.pem"), std::string::npos);
}

TEST(HttpServerTest, SurvivesItsOwnEndInTheMiddleOfAnswers) {
  std::shared_ptr<Responder> kept;
  {
    std::atomic<bool> is_asked = false;
    LoopbackServer server([&](ServerRequest, std::shared_ptr<Responder> responder) {
      responder->begin(200, {});
      kept = std::move(responder);
      is_asked = true;
      is_asked.notify_one();
    });
    RawConnection connection(connect_to(server.port()));
    connection.write("GET / HTTP/1.1\r\n\r\n");
    is_asked.wait(false);
    server.run([&] { kept->write("x", nullptr); });
    server.run([&] { server.close(); });
    EXPECT_FALSE(kept->connected());
    kept.reset();
  }
}

}  // namespace
}  // namespace patchbay::testing
