#include "tests/unit/embedding/embedded_home.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <fstream>

namespace patchbay::testing {
namespace {

// An input of the application's own, and how often it was released.
struct OwnInput {
  std::string bytes;
  std::uint64_t readable = UINT64_MAX;  // beyond it reading fails
  std::atomic<int> released{0};

  [[nodiscard]] patchbay_run_input input() {
    auto input = PATCHBAY_INIT(patchbay_run_input);
    input.source = PATCHBAY_INPUT_READER;
    input.size = bytes.size();
    input.user = this;
    input.read = [](void* user, std::uint64_t offset, void* out, std::uint64_t capacity) {
      const auto& own = *static_cast<OwnInput*>(user);
      if (offset >= own.readable) return std::int64_t{-1};
      const std::uint64_t count =
          std::min<std::uint64_t>({capacity, own.bytes.size() - offset, 1'000});
      std::memcpy(out, own.bytes.data() + offset, count);
      return static_cast<std::int64_t>(count);
    };
    input.release = [](void* user) { ++static_cast<OwnInput*>(user)->released; };
    return input;
  }
};

class EmbeddedInputTest : public ::testing::Test {
 protected:
  EmbeddedInputTest() {
    const auto options = image_of("gemini");
    patchbay_run* run = nullptr;
    must(patchbay_host_ask(host_.get(), &options, &run));
    const OwnedRun owned(run);
    const patchbay_run_image& image = *patchbay_run_answer(run)->images[0];
    picture_.assign(static_cast<const char*>(image.bytes), image.size);
  }

  std::string code_with(const patchbay_run_input& input) {
    auto options = image_of("gemini", "make it blue");
    const patchbay_run_input* list = &input;
    options.inputs = &list;
    options.input_count = 1;
    patchbay_run* run = nullptr;
    OwnedError error(patchbay_host_ask(host_.get(), &options, &run));
    const OwnedRun owned(run);
    return error == nullptr ? "" : patchbay_error_name(error.get());
  }

  EmbeddedHome home_;
  OpenedHost host_{home_.options()};
  std::string picture_;
  patchbay_run* run_ = nullptr;
};

TEST_F(EmbeddedInputTest, TakesAFile) {
  const std::string file = (home_ / "in.png").string();
  std::ofstream(file, std::ios::binary) << picture_;
  auto input = PATCHBAY_INIT(patchbay_run_input);
  input.file = file.c_str();
  EXPECT_EQ(code_with(input), "");
  std::ofstream(file, std::ios::binary) << picture_.substr(0, picture_.size() / 2);
  EXPECT_EQ(code_with(input), "bad_input");
}

TEST_F(EmbeddedInputTest, TakesMemory) {
  auto input = PATCHBAY_INIT(patchbay_run_input);
  input.source = PATCHBAY_INPUT_MEMORY;
  input.bytes = picture_.data();
  input.size = picture_.size();
  EXPECT_EQ(code_with(input), "");
  input.size /= 2;
  EXPECT_EQ(code_with(input), "bad_input");
}

TEST_F(EmbeddedInputTest, ReadsByTheApplicationAndReleasesOnce) {
  OwnInput own;
  own.bytes = picture_;
  EXPECT_EQ(code_with(own.input()), "");
  host_.close();
  EXPECT_EQ(own.released, 1);
}

TEST_F(EmbeddedInputTest, ReleasesWhatItRefuses) {
  OwnInput cut;
  cut.bytes = picture_;
  cut.readable = 10;
  EXPECT_EQ(code_with(cut.input()), "bad_input");
  EXPECT_EQ(cut.released, 1);

  OwnInput never_reached;
  never_reached.bytes = picture_;
  const patchbay_run_input input = never_reached.input();
  auto wrong = PATCHBAY_INIT(patchbay_run_input);
  wrong.source = 9;
  auto options = image_of("gemini");
  const std::array<const patchbay_run_input*, 2> list{&wrong, &input};
  options.inputs = list.data();
  options.input_count = list.size();
  EXPECT_EQ(name_of(patchbay_run_submit(host_.get(), &options, nullptr, nullptr)), "usage");
  EXPECT_EQ(never_reached.released, 1);
}

TEST_F(EmbeddedInputTest, FailsWhereTheApplicationCannotReadWhileItIsSent) {
  OwnInput own;
  own.bytes = picture_;
  const patchbay_run_input input = own.input();
  auto options = image_of("gemini", "make it blue");
  const patchbay_run_input* list = &input;
  options.inputs = &list;
  options.input_count = 1;
  // Whole while it is looked at, and gone when it is sent: the loop waits until then.
  Watcher watcher;
  const auto other = image_of("placeholder");
  watcher.on_done = [&](patchbay_run*, const patchbay_answer*, const patchbay_error*) {
    must(patchbay_run_submit(host_.get(), &options, nullptr, &run_));
    own.readable = 0;
  };
  const auto observer = watcher.observer();
  patchbay_run* first = nullptr;
  must(patchbay_run_submit(host_.get(), &other, &observer, &first));
  must(patchbay_run_wait(first, UINT64_MAX));
  patchbay_run_release(first);
  EXPECT_EQ(name_of(patchbay_run_wait(run_, UINT64_MAX)), "bad_input");
  patchbay_run_release(run_);
  host_.close();
  EXPECT_EQ(own.released, 1);
}

}  // namespace
}  // namespace patchbay::testing
