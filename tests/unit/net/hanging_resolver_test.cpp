// A program of its own: it replaces the C library's name lookup by one that hangs.
#include "tests/unit/net/client_fixture.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <netdb.h>

namespace {

// Lookups wait here until the test lets them go.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  bool is_open = false;
};

Gate& gate() {
  static Gate instance;
  return instance;
}

}  // namespace

// libcurl's resolver thread calls this one, because the program comes before the C library.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char*,
                                                                  const char*,
                                                                  const addrinfo*,
                                                                  addrinfo**) {
  std::unique_lock lock(gate().mutex);
  ++gate().waiting;
  gate().changed.notify_all();
  gate().changed.wait(lock, [] { return gate().is_open; });
  --gate().waiting;
  gate().changed.notify_all();
  return EAI_AGAIN;
}

namespace patchbay::testing {
namespace {

using net::NetFailureKind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class HangingResolverTest : public ClientTest {
 protected:
  ~HangingResolverTest() override {
    std::unique_lock lock(gate().mutex);
    gate().is_open = true;
    gate().changed.notify_all();
    gate().changed.wait(lock, [] { return gate().waiting == 0; });
    gate().is_open = false;
  }

  static void wait_for_lookups(int count) {
    std::unique_lock lock(gate().mutex);
    gate().changed.wait(lock, [count] { return gate().waiting >= count; });
  }
};

TEST_F(HangingResolverTest, DeadlineAndConnectTimeoutEndTheExchange) {
  make_client();
  for (const bool by_deadline : {true, false}) {
    auto request = get("https://provider.test/");
    (by_deadline ? request.deadline : request.connect_timeout) = milliseconds(200);
    const auto begin = steady_clock::now();
    const auto told = run(std::move(request));
    EXPECT_LT(steady_clock::now() - begin, milliseconds(10'000));
    ASSERT_TRUE(told->failure);
    EXPECT_EQ(told->failure->kind, by_deadline ? NetFailureKind::Timeout : NetFailureKind::Resolve)
        << told->failure->message;
    EXPECT_FALSE(told->failure->sent);
  }
  wait_for_lookups(2);
}

TEST_F(HangingResolverTest, CancellationAndDestructionDoNotWait) {
  make_client();
  RecordingObserver observer;
  const auto begin = steady_clock::now();
  const auto id = client_->start(get("https://provider.test/"), observer).value();
  ASSERT_TRUE(client_->start(get("https://other.test/"), observer));
  auto begun = loop_.after(milliseconds(50), [this] { loop_.stop(); });
  loop_.run();
  wait_for_lookups(2);
  client_->cancel(id);
  client_.reset();
  loop_.run();
  EXPECT_LT(steady_clock::now() - begin, milliseconds(10'000));
  EXPECT_TRUE(observer.heard_nothing());
}

TEST_F(HangingResolverTest, OtherExchangesGoOn) {
  make_client();
  RecordingObserver hanging;
  RecordingObserver refused([this] { loop_.stop(); });
  ASSERT_TRUE(client_->start(get("https://provider.test/"), hanging));
  ASSERT_TRUE(client_->start(get("http://127.0.0.1:1/"), refused));
  const auto begin = steady_clock::now();
  loop_.run();
  EXPECT_LT(steady_clock::now() - begin, milliseconds(10'000));
  ASSERT_TRUE(refused.failure);
  EXPECT_EQ(refused.failure->kind, NetFailureKind::Connect);
  EXPECT_TRUE(hanging.heard_nothing());
  wait_for_lookups(1);
}

}  // namespace
}  // namespace patchbay::testing
