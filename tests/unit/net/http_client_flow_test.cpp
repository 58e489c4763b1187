#include "core/net/http_client.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/client_fixture.hpp"
#include "tests/unit/net/raw_server.hpp"

#include <atomic>

namespace patchbay::testing {
namespace {

using net::Flow;
using net::NetFailureKind;
using net::Responder;
using net::ServerRequest;
using std::chrono::milliseconds;

constexpr std::size_t piece_size = 65536;
constexpr std::size_t piece_count = 128;

// Sends 8 MiB a piece at a time, each when there is room for it, and counts them.
class PieceServer {
 public:
  PieceServer() = default;
  explicit PieceServer(const TestCertificate& certificate) : server_(handler(), certificate) {}
  [[nodiscard]] std::string url() const { return server_.url() + "/"; }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  net::HttpServer::Handler handler() {
    return [this](ServerRequest, std::shared_ptr<Responder> responder) {
      responder->begin(200, {});
      sent_ = 0;
      send(std::move(responder));
    };
  }
  void send(std::shared_ptr<Responder> responder) {
    if (!responder->connected()) return;
    if (sent_ == piece_count) {
      responder->finish();
      return;
    }
    ++sent_;
    auto& target = *responder;
    target.write(std::string(piece_size, 'p'),
                 [this, responder = std::move(responder)] { send(responder); });
  }

  std::atomic<std::size_t> sent_ = 0;
  LoopbackServer server_{handler()};
};

class HttpClientFlowTest : public ClientTest {
 protected:
  // Pauses at the first bytes, sees that no more come, and goes on.
  void pause_and_resume(const PieceServer& server) {
    RecordingObserver observer([this] { loop_.stop(); });
    net::ExchangeId id = 0;
    std::size_t size_at_pause = 0;
    net::EventLoop::Timer resume;
    observer.at_data = [&] {
      if (observer.data_count > 1) return Flow::Continue;
      size_at_pause = observer.body.size();
      resume = loop_.after(milliseconds(300), [&] {
        EXPECT_EQ(observer.body.size(), size_at_pause);
        EXPECT_LT(server.sent(), piece_count) << "the pause must reach the server";
        client_->resume(id);
        EXPECT_EQ(observer.data_count, 1) << "never from inside resume()";
      });
      return Flow::Pause;
    };
    auto request = get(server.url());
    request.idle_timeout = milliseconds(100);  // must not count while the observer pauses
    id = client_->start(std::move(request), observer).value();
    loop_.run();
    EXPECT_TRUE(observer.succeeded());
    EXPECT_EQ(observer.body.size(), piece_size * piece_count);
  }

  // Of exchanges that are cancelled: nothing stops the loop, it ends for want of work.
  RecordingObserver observer_;
};

TEST_F(HttpClientFlowTest, PausesAndResumes) {
  const PieceServer server;
  make_client();
  pause_and_resume(server);
}

TEST_F(HttpClientFlowTest, PausesAndResumesUnderTls) {
  const TestCertificate certificate;
  const PieceServer server(certificate);
  make_client_trusting(certificate.ca_file());
  pause_and_resume(server);
}

TEST_F(HttpClientFlowTest, PausesAfterEveryPieceWithoutLosingAByte) {
  const PieceServer server;
  make_client();
  RecordingObserver observer([this] { loop_.stop(); });
  net::ExchangeId id = 0;
  observer.at_data = [&] {
    loop_.post([&] { client_->resume(id); });
    return Flow::Pause;
  };
  id = client_->start(get(server.url()), observer).value();
  loop_.run();
  EXPECT_TRUE(observer.succeeded());
  EXPECT_EQ(observer.body.size(), piece_size * piece_count);
}

TEST_F(HttpClientFlowTest, HoldsTheEndBackWhilePaused) {
  LoopbackServer server([](ServerRequest, std::shared_ptr<Responder> responder) {
    responder->answer(200, "", "all at once");
  });
  make_client();
  RecordingObserver observer([this] { loop_.stop(); });
  net::ExchangeId id = 0;
  net::EventLoop::Timer resume;
  observer.at_data = [&] {
    resume = loop_.after(milliseconds(100), [&] {
      EXPECT_EQ(observer.body, "all at once");
      EXPECT_EQ(observer.end_count, 0);
      client_->resume(id);
      client_->resume(id);
    });
    return Flow::Pause;
  };
  id = client_->start(get(server.url() + "/"), observer).value();
  loop_.run();
  EXPECT_TRUE(observer.succeeded());
}

TEST_F(HttpClientFlowTest, DeadlineCountsWhilePaused) {
  const PieceServer server;
  make_client();
  RecordingObserver observer([this] { loop_.stop(); });
  observer.at_data = [] { return Flow::Pause; };
  auto request = get(server.url());
  request.deadline = milliseconds(150);
  ASSERT_TRUE(client_->start(std::move(request), observer));
  loop_.run();
  ASSERT_TRUE(observer.failure);
  EXPECT_EQ(observer.failure->kind, NetFailureKind::Timeout);
}

TEST_F(HttpClientFlowTest, CancelsBeforeAnythingHappened) {
  make_client();
  const PieceServer server;
  const auto id = client_->start(get(server.url()), observer_).value();
  client_->cancel(id);
  loop_.run();
  EXPECT_TRUE(observer_.heard_nothing());
}

TEST_F(HttpClientFlowTest, CancelsInTheTlsHandshake) {
  make_client();
  net::ExchangeId id = 0;
  RawServer server(1, [&](RawConnection& connection) {
    connection.read_some();
    loop_.post([&] { client_->cancel(id); });
    connection.read_some();
  });
  const auto url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  id = client_->start(get(url), observer_).value();
  loop_.run();
  EXPECT_TRUE(observer_.heard_nothing());
}

TEST_F(HttpClientFlowTest, CancelsWhileTheServerThinks) {
  make_client();
  net::ExchangeId id = 0;
  std::atomic<bool> is_gone = false;
  RawServer server(1, [&](RawConnection& connection) {
    connection.read_head();
    loop_.post([&] { client_->cancel(id); });
    is_gone = connection.read_some().empty();
  });
  id = client_->start(get(server.url() + "/"), observer_).value();
  loop_.run();
  server.stop();
  EXPECT_TRUE(observer_.heard_nothing());
  EXPECT_TRUE(is_gone) << "the server must see the end";
}

TEST_F(HttpClientFlowTest, CancelsInsideItsOwnCallbacks) {
  const PieceServer server;
  make_client();
  net::ExchangeId id = 0;
  observer_.at_head = [&] { client_->cancel(id); };
  id = client_->start(get(server.url()), observer_).value();
  loop_.run();
  EXPECT_EQ(observer_.head_count, 1);
  EXPECT_EQ(observer_.data_count, 0);
  EXPECT_EQ(observer_.end_count, 0);

  RecordingObserver second;
  second.at_data = [&] {
    client_->cancel(id);
    return Flow::Continue;
  };
  id = client_->start(get(server.url()), second).value();
  loop_.run();
  EXPECT_EQ(second.data_count, 1);
  EXPECT_EQ(second.end_count, 0);
}

TEST_F(HttpClientFlowTest, CancelsWhilePaused) {
  const PieceServer server;
  make_client();
  net::ExchangeId id = 0;
  observer_.at_data = [&] {
    loop_.post([&] {
      client_->resume(id);
      client_->cancel(id);
    });
    return Flow::Pause;
  };
  id = client_->start(get(server.url()), observer_).value();
  loop_.run();
  EXPECT_EQ(observer_.data_count, 1);
  EXPECT_EQ(observer_.end_count, 0);
}

TEST_F(HttpClientFlowTest, ObserversMayStartAndCancelOthersFromInside) {
  const PieceServer server;
  make_client();
  RecordingObserver cancelled;
  RecordingObserver started([this] { loop_.stop(); });
  const auto other = client_->start(get(server.url()), cancelled).value();
  observer_.at_data = [&] {
    if (observer_.data_count == 1) {
      client_->cancel(other);
      EXPECT_TRUE(client_->start(get(server.url()), started));
    }
    return Flow::Continue;
  };
  cancelled.at_data = [] { return Flow::Pause; };
  ASSERT_TRUE(client_->start(get(server.url()), observer_));
  loop_.run();
  loop_.run();
  EXPECT_TRUE(started.succeeded());
  EXPECT_TRUE(observer_.succeeded());
  EXPECT_EQ(cancelled.end_count, 0);
}

TEST_F(HttpClientFlowTest, IgnoresIdsThatAreOver) {
  const PieceServer server;
  make_client();
  ASSERT_TRUE(run(get(server.url()))->succeeded());
  client_->cancel(1);
  client_->resume(1);
  client_->cancel(99);
  EXPECT_TRUE(run(get(server.url()))->succeeded());
}

TEST_F(HttpClientFlowTest, DestructionAbortsWithoutTellingAnyone) {
  const PieceServer server;
  make_client();
  observer_.at_data = [this] {
    loop_.stop();
    return Flow::Pause;
  };
  ASSERT_TRUE(client_->start(get(server.url()), observer_));
  RecordingObserver unbegun;
  loop_.run();
  ASSERT_TRUE(client_->start(get(server.url()), unbegun));
  client_.reset();
  loop_.run();
  EXPECT_EQ(observer_.end_count, 0);
  EXPECT_TRUE(unbegun.heard_nothing());
}

TEST_F(HttpClientFlowTest, RunsTwoHundredExchangesAtOnce) {
  const TestCertificate certificate;
  LoopbackServer server(
      [](ServerRequest request, std::shared_ptr<Responder> responder) {
        responder->answer(200, "text/plain", request.target + std::string(10'000, '.'));
      },
      certificate);
  make_client_trusting(certificate.ca_file());
  std::size_t over = 0;
  std::vector<std::unique_ptr<RecordingObserver>> observers;
  for (int i = 0; i < 200; ++i) {
    observers.push_back(std::make_unique<RecordingObserver>([&] {
      if (++over == 200) loop_.stop();
    }));
    auto request = post(server.url() + "/" + std::to_string(i), 5000);
    ASSERT_TRUE(client_->start(std::move(request), *observers.back()));
  }
  loop_.run();
  for (std::size_t i = 0; i < observers.size(); ++i) {
    ASSERT_TRUE(observers[i]->succeeded()) << observers[i]->failure->message;
    EXPECT_TRUE(observers[i]->body.starts_with("/" + std::to_string(i) + "."));
  }
}

TEST_F(HttpClientFlowTest, ExchangesBeyondTheLimitWaitWithinTheirDeadline) {
  std::shared_ptr<Responder> first;
  LoopbackServer server([&](ServerRequest request, std::shared_ptr<Responder> responder) {
    if (request.path == "/slow") {
      first = std::move(responder);
    } else {
      responder->answer(200, "", "fine");
    }
  });
  net::HttpClientOptions one_connection;
  one_connection.connections_max = 1;
  make_client(one_connection);
  RecordingObserver slow([this] { loop_.stop(); });
  RecordingObserver waiting([this] { loop_.stop(); });
  ASSERT_TRUE(client_->start(get(server.url() + "/slow"), slow));
  auto request = get(server.url() + "/");
  request.deadline = milliseconds(200);
  ASSERT_TRUE(client_->start(std::move(request), waiting));
  loop_.run();
  ASSERT_TRUE(waiting.failure);
  EXPECT_EQ(waiting.failure->kind, NetFailureKind::Timeout);
  EXPECT_FALSE(waiting.failure->sent);
  server.run([&] { first->answer(200, "", "at last"); });
  loop_.run();
  EXPECT_TRUE(slow.succeeded());
  EXPECT_TRUE(run(get(server.url() + "/"))->succeeded());
}

TEST_F(HttpClientFlowTest, StreamsALargeBody) {
  constexpr std::uint64_t size = std::uint64_t{48} << 20U;
  bool is_whole = false;
  LoopbackServer server([&](ServerRequest request, std::shared_ptr<Responder> responder) {
    is_whole = request.body.size() == size;
    for (std::uint64_t i = 0; is_whole && i < size; i += 4093) {
      is_whole = request.body[i] == PatternBody::byte_at(i);
    }
    responder->answer(200, "", "fine");
  });
  EXPECT_TRUE(run(post(server.url() + "/", size))->succeeded());
  EXPECT_TRUE(is_whole);
}

TEST_F(HttpClientFlowTest, HearsAnAnswerThatComesBeforeTheBodyIsSent) {
  net::HttpServerOptions small;
  small.request_size_max = 1000;
  LoopbackServer server([](ServerRequest, std::shared_ptr<Responder>) { FAIL(); }, small);
  const auto told = run(post(server.url() + "/", std::uint64_t{32} << 20U));
  ASSERT_TRUE(told->succeeded()) << told->failure->message;
  EXPECT_EQ(told->status, 413U);
}

// Ends before its announced size, fails, or claims to have read more than there was room for.
class BadBody final : public net::BodySource {
 public:
  enum class Fault : std::uint8_t { Short, Fails, TooMuch };
  explicit BadBody(Fault fault) : fault_(fault) {}
  [[nodiscard]] std::uint64_t size() const override { return 1000; }
  [[nodiscard]] Result<std::size_t> read(std::span<char> out) override {
    if (fault_ == Fault::Fails) return Error{ErrorCode::Output, "disk on fire", {}, {}};
    if (fault_ == Fault::TooMuch) return out.size() + 1;
    if (std::exchange(is_read_, true)) return std::size_t{0};
    std::fill(out.begin(), out.begin() + 10, 'a');
    return std::size_t{10};
  }
  [[nodiscard]] Status rewind() override { return {}; }

 private:
  Fault fault_;
  bool is_read_ = false;
};

TEST_F(HttpClientFlowTest, FailsWhereTheBodyCannotBeRead) {
  std::atomic<int> whole_requests = 0;
  LoopbackServer server([&](ServerRequest, std::shared_ptr<Responder> responder) {
    ++whole_requests;
    responder->answer(200, "", "fine");
  });
  for (const auto fault : {BadBody::Fault::Short, BadBody::Fault::Fails, BadBody::Fault::TooMuch}) {
    auto request = post(server.url() + "/", 1);
    request.body = std::make_unique<BadBody>(fault);
    const auto told = run(std::move(request));
    ASSERT_TRUE(told->failure);
    EXPECT_EQ(told->failure->kind, NetFailureKind::Broken);
    if (fault == BadBody::Fault::Fails) {
      EXPECT_NE(told->failure->message.find("disk on fire"), std::string::npos);
    }
  }
  EXPECT_EQ(whole_requests, 0);
}

}  // namespace
}  // namespace patchbay::testing
