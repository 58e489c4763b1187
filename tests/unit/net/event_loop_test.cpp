#include "core/net/event_loop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <utility>

namespace patchbay::net {
namespace {

using std::chrono::milliseconds;

TEST(EventLoopTest, RunsPostedTasksInOrderAndReturns) {
  EventLoop loop;
  std::string order;
  loop.post([&] {
    order += 'a';
    loop.post([&] { order += 'c'; });
  });
  loop.post([&] { order += 'b'; });
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST(EventLoopTest, CanRunAgain) {
  EventLoop loop;
  int count = 0;
  for (int i = 0; i < 3; ++i) {
    loop.post([&] { ++count; });
    loop.run();
  }
  EXPECT_EQ(count, 3);
}

TEST(EventLoopTest, StopFromBeforeRunCounts) {
  EventLoop loop;
  bool ran = false;
  loop.post([&] { ran = true; });
  loop.stop();
  loop.run();
  EXPECT_FALSE(ran);
  loop.run();
  EXPECT_TRUE(ran);
}

TEST(EventLoopTest, TimersFireInTheOrderOfTheirTimes) {
  EventLoop loop;
  std::string order;
  const auto late = loop.after(milliseconds(20), [&] { order += 'b'; });
  const auto early = loop.after(milliseconds(1), [&] { order += 'a'; });
  loop.run();
  EXPECT_EQ(order, "ab");
}

TEST(EventLoopTest, DroppedTimerNeverFires) {
  EventLoop loop;
  bool fired = false;
  {
    const auto timer = loop.after(milliseconds(1), [&] { fired = true; });
  }
  auto moved_over = loop.after(milliseconds(1), [&] { fired = true; });
  moved_over = {};
  loop.run();
  EXPECT_FALSE(fired);
}

TEST(EventLoopTest, TimerDroppedAtTheMomentItIsDueStaysSilent) {
  EventLoop loop;
  bool fired = false;
  EventLoop::Timer second;
  const auto first = loop.after(milliseconds(0), [&] { second = {}; });
  second = loop.after(milliseconds(0), [&] { fired = true; });
  loop.run();
  EXPECT_FALSE(fired);
}

TEST(EventLoopTest, TimersMayOutliveTheLoop) {
  EventLoop::Timer fired;
  EventLoop::Timer pending;
  bool is_told = false;
  {
    EventLoop loop;
    fired = loop.after(milliseconds(0), [&] { loop.stop(); });
    pending = loop.after(milliseconds(60'000), [&] { is_told = true; });
    loop.run();
  }
  fired = {};
  pending = {};
  EXPECT_FALSE(is_told);
}

TEST(EventLoopTest, TaskMayDropOrReplaceItsOwnTimer) {
  EventLoop loop;
  int count = 0;
  EventLoop::Timer timer;
  timer = loop.after(milliseconds(1), [&] {
    ++count;
    timer = loop.after(milliseconds(1), [&] {
      ++count;
      timer = {};
    });
  });
  loop.run();
  EXPECT_EQ(count, 2);
}

TEST(EventLoopTest, TellsOfEveryInterrupt) {
  EventLoop loop;
  int count = 0;
  loop.on_interrupt([&] {
    if (++count == 2) loop.stop();
    loop.post([] { std::raise(SIGTERM); });
  });
  loop.post([] { std::raise(SIGINT); });
  loop.run();
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace patchbay::net
