// host.hpp: the C++ face, on a real host.
#include "tests/unit/embedding/embedded_home.hpp"
#include <patchbay/host.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace patchbay::testing {
namespace {

class HostFaceTest : public ::testing::Test {
 protected:
  HostFaceTest() {
    const patchbay_host_options given = home_.options();
    embed::HostOptions options;
    options.home = given.home;
    options.plugin_directory = given.plugin_directory;
    auto opened = embed::Host::open(std::move(options));
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    host_.emplace(std::move(opened).value());
  }

  static embed::Request asking(const std::string& provider, const std::string& prompt) {
    embed::Request request;
    request.provider = provider;
    request.prompt = prompt;
    return request;
  }

  EmbeddedHome home_;
  std::optional<embed::Host> host_;
};

TEST_F(HostFaceTest, AnswersWithValues) {
  const auto answer = host_->ask(asking("gemini", "a cat"));
  ASSERT_TRUE(answer.ok());
  host_.reset();
  ASSERT_EQ(answer.value().images.size(), 1U);
  EXPECT_EQ(answer.value().images[0].bytes.size(), answer.value().images[0].size);
  EXPECT_TRUE(answer.value().usage.total_tokens.has_value());
}

TEST_F(HostFaceTest, TellsErrorsAsValues) {
  const auto answer = host_->ask(asking("nobody", "a cat"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, PATCHBAY_CODE_UNKNOWN_PROVIDER);
  EXPECT_EQ(answer.error().name, "unknown_provider");
  EXPECT_FALSE(answer.error().hint.empty());
  embed::HostOptions wrong;
  wrong.home = "/proc/nothing";
  EXPECT_FALSE(embed::Host::open(std::move(wrong)).ok());
}

TEST_F(HostFaceTest, AStopTokenCancels) {
  std::stop_source before;
  before.request_stop();
  const auto never = host_->ask(asking("gemini", "emulate:stall_head"), before.get_token());
  EXPECT_EQ(never.error().code, PATCHBAY_CODE_CANCELLED);

  std::stop_source later;
  std::thread other([&later] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    later.request_stop();
  });
  const auto stopped = host_->ask(asking("gemini", "emulate:stall_head"), later.get_token());
  other.join();
  EXPECT_EQ(stopped.error().code, PATCHBAY_CODE_CANCELLED);
}

TEST_F(HostFaceTest, TellsAnObserverAndResumes) {
  embed::Request request = asking("gemini", "a cat");
  request.output = embed::Output::Observer;
  embed::Observer observer;
  std::size_t size = 0;
  std::size_t expected = 0;
  std::optional<embed::Run> run;
  std::mutex mutex;
  observer.on_image_begin = [&](const embed::Image& image) { expected = image.size; };
  observer.on_image_bytes = [&](std::span<const std::byte> bytes) {
    const std::size_t count = std::min<std::size_t>(bytes.size(), 5'000);
    size += count;
    const std::lock_guard lock(mutex);
    run->resume();
    return count;
  };
  bool was_told = false;
  observer.on_done = [&](const embed::Result<embed::Answer>& result) { was_told = result.ok(); };
  {
    const std::lock_guard lock(mutex);
    run.emplace(host_->submit(request, std::move(observer)).value());
  }
  ASSERT_TRUE(run->wait().ok());
  EXPECT_TRUE(was_told);
  EXPECT_EQ(size, expected);
  EXPECT_GT(size, 5'000U);
}

TEST_F(HostFaceTest, AnObserverThatThrowsCancelsItsRun) {
  embed::Request request = asking("gemini", "what is a cat?");
  request.operation = embed::Operation::Chat;
  embed::Observer observer;
  observer.on_text = [](std::string_view) { throw std::runtime_error("no"); };
  auto run = host_->submit(request, std::move(observer));
  ASSERT_TRUE(run.ok());
  static_cast<void>(run.value().wait());
  EXPECT_TRUE(run.value().is_over());
}

TEST_F(HostFaceTest, GoesOnWithAConversationFromReaders) {
  const auto first = host_->ask(asking("gemini", "a cat"));
  ASSERT_TRUE(first.ok());
  const std::vector<std::byte>& bytes = first.value().images[0].bytes;
  embed::Request request = asking("gemini", "");
  request.inputs.push_back(embed::Input::from_reader(
      bytes.size(), [bytes](std::uint64_t offset, std::span<std::byte> out) {
        const std::size_t count = std::min<std::size_t>(out.size(), bytes.size() - offset);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return std::optional(count);
      }));
  request.messages = {{embed::Role::User, {"a cat"}},
                      {embed::Role::Assistant, {std::size_t{0}}},
                      {embed::Role::User, {"now asleep"}}};
  const auto second = host_->ask(request);
  EXPECT_TRUE(second.ok()) << second.error().message;
}

TEST_F(HostFaceTest, DroppingARunLetsItGoOn) {
  std::atomic<bool> is_done{false};
  embed::Observer observer;
  observer.on_done = [&](const embed::Result<embed::Answer>& result) { is_done = result.ok(); };
  static_cast<void>(host_->submit(asking("placeholder", "x"), std::move(observer)));
  for (int i = 0; i < 3'000 && !is_done; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(is_done);
}

}  // namespace
}  // namespace patchbay::testing
