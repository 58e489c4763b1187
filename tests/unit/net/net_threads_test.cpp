// Several loops at once, and posting from other threads.
#include "tests/support/loopback_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/client_fixture.hpp"

#include <atomic>
#include <thread>

namespace patchbay::testing {
namespace {

TEST(NetThreadsTest, PostAndStopComeFromAnyThread) {
  net::EventLoop loop;
  constexpr int per_thread = 2000;
  int count = 0;  // only the loop's thread touches it
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < per_thread; ++i) {
        loop.post([&] {
          if (++count == 4 * per_thread) loop.stop();
        });
      }
    });
  }
  loop.run();
  for (std::thread& thread : threads) thread.join();
  loop.run();
  EXPECT_EQ(count, 4 * per_thread);

  std::thread stopper([&] { loop.stop(); });
  const auto forever = loop.after(std::chrono::hours(1), [] {});
  loop.run();
  stopper.join();
}

TEST(NetThreadsTest, EachThreadHasItsOwnLoopAndClient) {
  const TestCertificate certificate;
  LoopbackServer server(
      [](const net::ServerRequest& request, const std::shared_ptr<net::Responder>& responder) {
        responder->answer(200, "text/plain", request.target);
      },
      certificate);
  std::atomic<int> succeeded = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      net::EventLoop loop;
      net::HttpClientOptions options;
      options.ca_file = certificate.ca_file();
      const auto client = net::HttpClient::create(loop, options).value();
      for (int i = 0; i < 20; ++i) {
        RecordingObserver observer([&] { loop.stop(); });
        net::HttpRequest request;
        request.url = net::parse_url(server.url() + "/" + std::to_string(t * 100 + i)).value();
        request.allow_private = net::AllowPrivate::Yes;
        if (!client->start(std::move(request), observer)) return;
        loop.run();
        if (observer.body == "/" + std::to_string(t * 100 + i)) ++succeeded;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(succeeded, 60);
  EXPECT_EQ(server.requests().size(), 60U);
}

}  // namespace
}  // namespace patchbay::testing
