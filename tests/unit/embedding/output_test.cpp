#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"
#include "tests/unit/embedding/embedded_home.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <thread>

namespace patchbay::testing {
namespace {

std::string sha256_of(std::string_view bytes) {
  crypto::Sha256 digest;
  digest.update(crypto::bytes_of(bytes));
  return crypto::to_hex(digest.finish());
}

class EmbeddedOutputTest : public ::testing::Test {
 protected:
  OwnedRun submit(const patchbay_run_options& options,
                  const patchbay_observer* observer = nullptr) {
    patchbay_run* run = nullptr;
    must(patchbay_run_submit(host_.get(), &options, observer, &run));
    return OwnedRun(run);
  }

  EmbeddedHome home_;
  OpenedHost host_{home_.options()};
};

TEST_F(EmbeddedOutputTest, WritesAFileAndReplacesItOnlyWhereThatWasAsked) {
  const std::string file = (home_ / "cat.png").string();
  auto options = image_of("gemini");
  options.output = PATCHBAY_OUTPUT_FILE;
  options.file = file.c_str();
  const OwnedRun first = submit(options);
  must(patchbay_run_wait(first.get(), UINT64_MAX));
  const patchbay_run_image& image = *patchbay_run_answer(first.get())->images[0];
  EXPECT_EQ(image.file, file);
  EXPECT_EQ(image.bytes, nullptr);
  std::ifstream written(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(written), {}};
  EXPECT_EQ(sha256_of(bytes), image.sha256);
  EXPECT_EQ(bytes.size(), image.size);

  EXPECT_EQ(name_of(patchbay_run_wait(submit(options).get(), UINT64_MAX)), "already_exists");
  options.flags = PATCHBAY_RUN_REPLACE_FILE;
  must(patchbay_run_wait(submit(options).get(), UINT64_MAX));
}

TEST_F(EmbeddedOutputTest, TakesNoMoreMemoryThanItWasAllowed) {
  auto options = image_of("gemini");
  options.memory_max = 100;
  EXPECT_EQ(name_of(patchbay_run_wait(submit(options).get(), UINT64_MAX)), "output");
}

TEST_F(EmbeddedOutputTest, HandsAnImageOverAsFastAsItIsTaken) {
  auto options = image_of("gemini");
  options.output = PATCHBAY_OUTPUT_OBSERVER;
  Watcher watcher;
  std::string bytes;
  std::string expected;
  std::string order;
  int refusals = 0;
  std::thread later;
  watcher.on_begin = [&](const patchbay_run_image& image) {
    order += 'b';
    expected = image.sha256;
    EXPECT_GT(image.size, 1'000U);
  };
  watcher.on_bytes = [&](patchbay_run* run, std::string_view piece) -> std::uint64_t {
    // A slow reader: at first nothing, then a bite at a time.
    if (++refusals % 2 == 1) {
      if (later.joinable()) later.join();
      later = std::thread([run] { patchbay_run_resume(run); });
      return 0;
    }
    const std::string_view bite = piece.substr(0, 10'000);
    bytes += bite;
    if (bite.size() < piece.size()) patchbay_run_resume(run);
    return bite.size();
  };
  watcher.on_end = [&](const patchbay_run_image&) { order += 'e'; };
  watcher.on_done = [&](patchbay_run*, const patchbay_answer*, const patchbay_error*) {
    order += 'd';
  };
  const auto observer = watcher.observer();
  const OwnedRun run = submit(options, &observer);
  must(patchbay_run_wait(run.get(), UINT64_MAX));
  later.join();
  EXPECT_EQ(order, "bed");
  EXPECT_EQ(sha256_of(bytes), expected);
  EXPECT_EQ(patchbay_run_answer(run.get())->images[0]->size, bytes.size());
}

TEST_F(EmbeddedOutputTest, EndsWhereTheApplicationStopsTakingTheImage) {
  auto options = image_of("placeholder");
  options.output = PATCHBAY_OUTPUT_OBSERVER;
  Watcher watcher;
  watcher.on_bytes = [](patchbay_run*, std::string_view) { return PATCHBAY_RUN_STOP; };
  const auto observer = watcher.observer();
  EXPECT_EQ(name_of(patchbay_run_wait(submit(options, &observer).get(), UINT64_MAX)), "output");
}

TEST_F(EmbeddedOutputTest, EndsAtTheDeadlineWhereTheApplicationTakesNothing) {
  auto options = image_of("placeholder");
  options.output = PATCHBAY_OUTPUT_OBSERVER;
  options.deadline_ms = 300;
  Watcher watcher;
  watcher.on_bytes = [](patchbay_run*, std::string_view) { return 0; };
  const auto observer = watcher.observer();
  EXPECT_EQ(name_of(patchbay_run_wait(submit(options, &observer).get(), UINT64_MAX)), "timeout");
}

}  // namespace
}  // namespace patchbay::testing
