#include "tests/unit/embedding/embedded_home.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <poll.h>
#include <thread>

namespace patchbay::testing {
namespace {

std::ptrdiff_t thread_count() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

class CallersLoopTest : public ::testing::Test {
 protected:
  static patchbay_host_options with_my_loop(const EmbeddedHome& home) {
    auto options = home.options();
    options.threading = PATCHBAY_HOST_YOUR_LOOP;
    return options;
  }

  // Nothing but poll() and process(): what an application's own loop does.
  void run_until_over(const patchbay_run* run) {
    while (patchbay_run_is_over(run) == 0) {
      pollfd ready{patchbay_host_descriptor(host_.get()), POLLIN, 0};
      ASSERT_EQ(::poll(&ready, 1, 30'000), 1) << "nothing woke the loop";
      must(patchbay_host_process(host_.get()));
      ++wakes_;
    }
  }

  EmbeddedHome home_;
  OpenedHost host_{with_my_loop(home_)};
  int wakes_ = 0;
};

TEST_F(CallersLoopTest, RunsRequestsOnTheDescriptorAlone) {
  const auto options = image_of("gemini");
  const auto me = std::this_thread::get_id();
  Watcher watcher;
  watcher.on_done = [&](patchbay_run*, const patchbay_answer*, const patchbay_error*) {
    EXPECT_EQ(std::this_thread::get_id(), me);
  };
  const auto observer = watcher.observer();
  const auto threads = thread_count();
  for (int i = 0; i < 3; ++i) {
    patchbay_run* run = nullptr;
    must(patchbay_run_submit(host_.get(), &options, &observer, &run));
    const OwnedRun owned(run);
    run_until_over(run);
    EXPECT_EQ(patchbay_run_answer(run)->image_count, 1U);
  }
  EXPECT_LE(thread_count(), threads);
}

TEST_F(CallersLoopTest, WakesForTimersToo) {
  auto options = image_of("gemini", "emulate:stall_head");
  options.deadline_ms = 200;
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host_.get(), &options, nullptr, &run));
  const OwnedRun owned(run);
  run_until_over(run);
  EXPECT_EQ(patchbay_error_code(patchbay_run_error(run)), PATCHBAY_CODE_TIMEOUT);
}

TEST_F(CallersLoopTest, SleepsWhileThereIsNothingToDo) {
  const auto options = image_of("gemini", "emulate:stall_head");
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host_.get(), &options, nullptr, &run));
  const OwnedRun owned(run);
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  while (std::chrono::steady_clock::now() < end) {
    pollfd ready{patchbay_host_descriptor(host_.get()), POLLIN, 0};
    if (::poll(&ready, 1, 100) == 1) {
      must(patchbay_host_process(host_.get()));
      ++wakes_;
    }
  }
  // A loop that never slept would come here some hundred thousand times.
  EXPECT_LT(wakes_, 500);
  host_.close();
  EXPECT_EQ(patchbay_error_code(patchbay_run_error(run)), PATCHBAY_CODE_CANCELLED);
}

TEST_F(CallersLoopTest, ACancelFromAnotherThreadWakesIt) {
  const auto options = image_of("gemini", "emulate:stall_head");
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host_.get(), &options, nullptr, &run));
  const OwnedRun owned(run);
  std::thread other([run] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    patchbay_run_cancel(run);
  });
  run_until_over(run);
  other.join();
  EXPECT_EQ(patchbay_error_code(patchbay_run_error(run)), PATCHBAY_CODE_CANCELLED);
}

TEST_F(CallersLoopTest, ABlockingCallRunsTheLoop) {
  const auto options = image_of("gemini");
  patchbay_run* run = nullptr;
  must(patchbay_host_ask(host_.get(), &options, &run));
  const OwnedRun owned(run);
  EXPECT_EQ(patchbay_run_answer(run)->image_count, 1U);
}

TEST_F(CallersLoopTest, OnlyItHasADescriptor) {
  const OpenedHost other(home_.options());
  EXPECT_EQ(patchbay_host_descriptor(other.get()), -1);
  EXPECT_EQ(name_of(patchbay_host_process(other.get())), "usage");
  EXPECT_GE(patchbay_host_descriptor(host_.get()), 0);
}

}  // namespace
}  // namespace patchbay::testing
