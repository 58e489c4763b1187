// Many threads, one host: nothing may race, get lost or be told twice.
#include "tests/unit/embedding/embedded_home.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace patchbay::testing {
namespace {

constexpr std::size_t thread_count = 8;
constexpr std::chrono::seconds duration{5};
constexpr std::size_t runs_at_once_max = 8;  // of each thread

struct Tally {
  std::atomic<std::uint64_t> submitted{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::uint64_t> cancelled{0};
};

patchbay_observer counting(Tally& tally) {
  auto observer = PATCHBAY_INIT(patchbay_observer);
  observer.user = &tally;
  observer.on_text = [](void*, patchbay_run*, const char*, std::uint64_t) {};
  observer.on_progress = [](void*, patchbay_run* run, const patchbay_run_progress*) {
    if (patchbay_run_is_over(run) != 0) ADD_FAILURE() << "told of progress after the end";
  };
  observer.on_done =
      [](void* user, patchbay_run*, const patchbay_answer* answer, const patchbay_error* error) {
        auto& mine = *static_cast<Tally*>(user);
        ++mine.done;
        if (answer != nullptr) ++mine.answered;
        if (error != nullptr && patchbay_error_code(error) == PATCHBAY_CODE_CANCELLED)
          ++mine.cancelled;
      };
  return observer;
}

// What one thread does, again and again.
void submit_and_cancel(patchbay_host_handle* host,
                       std::size_t number,
                       Tally& tally,
                       std::chrono::steady_clock::time_point end) {
  const auto observer = counting(tally);
  std::vector<OwnedRun> runs;
  for (std::size_t turn = number; std::chrono::steady_clock::now() < end; ++turn) {
    const auto options = turn % 3 == 0
                             ? image_of("placeholder")
                             : image_of("gemini", turn % 3 == 1 ? "a cat" : "emulate:stall_head");
    patchbay_run* run = nullptr;
    must(patchbay_run_submit(host, &options, &observer, &run));
    ++tally.submitted;
    runs.emplace_back(run);
    if (turn % 5 == 0) {
      patchbay_keys* keys = nullptr;
      must(patchbay_keys_list(host, nullptr, &keys));
      patchbay_keys_free(keys);
    }
    if (turn % 7 == 0) patchbay_error_free(patchbay_run_wait(run, 10));
    if (runs.size() < runs_at_once_max) continue;
    for (const OwnedRun& one : runs) patchbay_run_cancel(one.get());
    // Some are waited for, some are let go while they end.
    if (turn % 2 == 0)
      for (const OwnedRun& one : runs)
        patchbay_error_free(patchbay_run_wait(one.get(), UINT64_MAX));
    runs.clear();
  }
}

TEST(EmbeddedThreadsTest, ManyThreadsSubmitAndCancelAtOnce) {
  const EmbeddedHome home;
  auto options = home.options();
  options.progress_interval_ms = 2;
  Tally tally;
  {
    OpenedHost host(options);
    const auto end = std::chrono::steady_clock::now() + duration;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < thread_count; ++i)
      threads.emplace_back([&, i] { submit_and_cancel(host.get(), i, tally, end); });
    for (std::thread& thread : threads) thread.join();
    host.close();
  }
  EXPECT_EQ(tally.done, tally.submitted);
  EXPECT_GT(tally.answered, thread_count);
  EXPECT_GT(tally.cancelled, thread_count);
}

}  // namespace
}  // namespace patchbay::testing
