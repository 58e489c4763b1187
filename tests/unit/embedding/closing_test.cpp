#include "tests/unit/embedding/embedded_home.hpp"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace patchbay::testing {
namespace {

constexpr std::size_t run_count = 60;

// Whoever is told of anything after the host was closed finds this freed.
struct Counts {
  std::atomic<int> cancelled{0};
  std::atomic<int> others{0};
  std::atomic<int> progress{0};
};

class ClosingTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  patchbay_host_options options() const {
    auto options = home_.options();
    options.threading = GetParam();
    options.progress_interval_ms = 1;
    return options;
  }

  // Of every kind: some that wait, some that are over at once, some in the middle.
  static const char* prompt_of(std::size_t number) {
    constexpr std::array prompts{"emulate:stall_head",
                                 "emulate:stall_body",
                                 "emulate:slow:5000",
                                 "emulate:overloaded",
                                 "a cat"};
    return prompts[number % prompts.size()];
  }

  static patchbay_observer counting(Counts& counts) {
    auto observer = PATCHBAY_INIT(patchbay_observer);
    observer.user = &counts;
    observer.on_progress = [](void* user, patchbay_run*, const patchbay_run_progress*) {
      ++static_cast<Counts*>(user)->progress;
    };
    observer.on_done =
        [](void* user, patchbay_run*, const patchbay_answer*, const patchbay_error* error) {
          auto& mine = *static_cast<Counts*>(user);
          const bool is_cancelled =
              error != nullptr && patchbay_error_code(error) == PATCHBAY_CODE_CANCELLED;
          ++(is_cancelled ? mine.cancelled : mine.others);
        };
    return observer;
  }

  EmbeddedHome home_;
};

TEST_P(ClosingTest, CancelsWhatRunsAndCallsNobodyAfterwards) {
  auto counts = std::make_unique<Counts>();
  OpenedHost host(options());
  const auto observer = counting(*counts);
  std::vector<OwnedRun> kept;
  for (std::size_t i = 0; i < run_count; ++i) {
    const auto wanted = image_of("gemini", prompt_of(i));
    patchbay_run* run = nullptr;
    must(patchbay_run_submit(host.get(), &wanted, &observer, i % 2 == 0 ? &run : nullptr));
    if (run != nullptr) kept.emplace_back(run);
    if (GetParam() == PATCHBAY_HOST_YOUR_LOOP && i % 4 == 0)
      must(patchbay_host_process(host.get()));
  }
  if (GetParam() == PATCHBAY_HOST_OWN_THREAD)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto begin = std::chrono::steady_clock::now();
  host.close();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  EXPECT_EQ(counts->cancelled + counts->others, static_cast<int>(run_count));
  EXPECT_GE(counts->cancelled, static_cast<int>(run_count / 5 * 2));
  counts.reset();
  // Runs are readable still.
  for (const OwnedRun& run : kept) {
    EXPECT_EQ(patchbay_run_is_over(run.get()), 1U);
    patchbay_run_cancel(run.get());
    patchbay_run_resume(run.get());
    patchbay_error_free(patchbay_run_wait(run.get(), 0));
    EXPECT_NE(patchbay_run_answer(run.get()) == nullptr, patchbay_run_error(run.get()) == nullptr);
  }
}

TEST_P(ClosingTest, EndsAnImageThatNobodyTakes) {
  OpenedHost host(options());
  auto wanted = image_of("placeholder");
  wanted.output = PATCHBAY_OUTPUT_OBSERVER;
  Watcher watcher;
  std::atomic<bool> was_offered{false};
  watcher.on_bytes = [&](patchbay_run*, std::string_view) -> std::uint64_t {
    was_offered = true;
    return 0;
  };
  const auto observer = watcher.observer();
  patchbay_run* run = nullptr;
  must(patchbay_run_submit(host.get(), &wanted, &observer, &run));
  const OwnedRun owned(run);
  while (!was_offered) patchbay_error_free(patchbay_run_wait(run, 5));
  host.close();
  EXPECT_EQ(patchbay_error_code(patchbay_run_error(run)), PATCHBAY_CODE_CANCELLED);
}

TEST_P(ClosingTest, WritesDownWhatWasAnswered) {
  {
    const OpenedHost host(options());
    const auto wanted = image_of("gemini");
    patchbay_run* run = nullptr;
    must(patchbay_host_ask(host.get(), &wanted, &run));
    patchbay_run_release(run);
  }
  const OpenedHost again(home_.options());
  patchbay_keys* keys = nullptr;
  must(patchbay_keys_list(again.get(), "gemini", &keys));
  EXPECT_STREQ(keys->items[0]->state, "used");
  patchbay_keys_free(keys);
}

INSTANTIATE_TEST_SUITE_P(Threading,
                         ClosingTest,
                         ::testing::Values(PATCHBAY_HOST_OWN_THREAD, PATCHBAY_HOST_YOUR_LOOP));

}  // namespace
}  // namespace patchbay::testing
