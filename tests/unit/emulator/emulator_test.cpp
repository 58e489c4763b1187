#include "tests/unit/emulator/gemini_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string start_error(Options options) {
  net::EventLoop loop;
  const auto started = Emulator::start(loop, std::move(options));
  return started.ok() ? "no error" : started.error().message;
}

Call chat_call() {
  return {.target = "/models/gemini-3.5-flash:generateContent", .body = prompt_body("a banana")};
}

TEST(EmulatorTest, TellsHowToReachIt) {
  EmulatorClient client;
  const std::vector<ProviderAccess> access = client.emulator().access();
  ASSERT_THAT(access, SizeIs(3));
  EXPECT_EQ(access[0].provider, "gemini");
  EXPECT_EQ(access[0].base_url,
            "http://127.0.0.1:" + std::to_string(client.emulator().port()) + "/gemini/v1beta");
  for (const ProviderAccess& provider : access) {
    EXPECT_NE(provider.key, provider.bad_key);
    EXPECT_THAT(provider.keys, SizeIs(3));
    EXPECT_EQ(provider.keys.front(), provider.key);
  }
}

TEST(EmulatorTest, RefusesOptionsThatCannotBe) {
  Options fault;
  fault.faults = {"rat"};
  EXPECT_THAT(start_error(fault), HasSubstr("no fault named 'rat'"));
  Options half;
  half.certificate_file = "certificate.pem";
  EXPECT_THAT(start_error(half), HasSubstr("certificate and its private key"));
  Options large;
  large.image_bytes = image_bytes_max + 1;
  EXPECT_THAT(start_error(large), HasSubstr("too large"));
  large.image_bytes = image_bytes_max;
  EXPECT_EQ(start_error(large), "no error");
}

TEST(EmulatorTest, RefusesAPortThatIsTaken) {
  EmulatorClient client;
  Options options;
  options.port = client.emulator().port();
  EXPECT_NE(start_error(options), "no error");
}

TEST(EmulatorTest, CountsWhatItDid) {
  Options options;
  options.faults = {"overloaded:x1"};
  EmulatorClient client(std::move(options));
  EXPECT_EQ(client.call(chat_call()).status, 503U);
  EXPECT_EQ(client.call(chat_call()).status, 200U);
  EXPECT_EQ(client.generate("gemini-2.5-flash-image", prompt_body("emulate:drafts")).status, 200U);
  Call bad = chat_call();
  bad.key = client.access().bad_key;
  EXPECT_EQ(client.call(bad).status, 400U);
  const Counts counts = client.emulator().counts();
  EXPECT_EQ(counts.requests, 4U);
  EXPECT_EQ(counts.billed, 2U);
  EXPECT_EQ(counts.images, 3U);
  EXPECT_EQ(counts.refused_credentials, 1U);
  EXPECT_EQ(counts.faulted, 2U);
  EXPECT_EQ(counts.concurrent, 0U);
  EXPECT_EQ(counts.peak_concurrent, 1U);
}

TEST(EmulatorTest, AnswersManyAfterItsLatency) {
  Options options;
  options.latency = milliseconds(30);
  EmulatorClient client(std::move(options));
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Answer> answers = client.call_together(std::vector<Call>(40, chat_call()));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(30));
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(client.emulator().counts().concurrent, 0U);
}

// None of them is answered, so that all are there at once however slow the machine is.
TEST(EmulatorTest, CountsTheMostAtOnce) {
  EmulatorClient client;
  Call call = chat_call();
  call.headers = {{.name = "x-emulate-fault", .value = "stall_head"}};
  Counts counts;
  net::EventLoop::Timer timer;
  const std::function<void()> look = [&] {
    counts = client.emulator().counts();
    if (counts.concurrent == 40) return client.stop_emulator();
    timer = client.loop().after(milliseconds(5), look);
  };
  look();
  for (const Answer& answer : client.call_together(std::vector<Call>(40, call)))
    EXPECT_TRUE(answer.failure.has_value());
  EXPECT_EQ(counts.concurrent, 40U);
  EXPECT_EQ(counts.peak_concurrent, 40U);
}

TEST(EmulatorTest, SendsAnImageOf20MiB) {
  Options options;
  options.image_bytes = std::uint64_t{20} << 20U;
  EmulatorClient client(std::move(options));
  const Answer answer = client.generate("gemini-2.5-flash-image", prompt_body("a banana"));
  EXPECT_THAT(describe_parts(answer.json()), ElementsAre("text", "1024x1024 image/png"));
  EXPECT_GT(answer.body.size(), std::size_t{26} << 20U);
}

TEST(EmulatorTest, ForgetsClientsThatWentAway) {
  EmulatorClient client;
  Call call = chat_call();
  call.headers = {{.name = "x-emulate-fault", .value = "stall_head"}};
  call.deadline = milliseconds(50);
  ASSERT_TRUE(client.call(call).failure.has_value());
  // The next look at the connections comes by itself; this waits for it without a fixed time.
  net::EventLoop::Timer timer;
  const std::function<void()> look = [&] {
    if (client.emulator().counts().concurrent == 0) return client.loop().stop();
    timer = client.loop().after(milliseconds(5), look);
  };
  look();
  client.loop().run();
  EXPECT_EQ(client.emulator().counts().concurrent, 0U);
}

TEST(EmulatorTest, BreaksOffWhatIsUnderWayWhenItEnds) {
  EmulatorClient client;
  net::EventLoop::Timer timer =
      client.loop().after(milliseconds(30), [&] { client.stop_emulator(); });
  Call call = chat_call();
  call.headers = {{.name = "x-emulate-fault", .value = "silent:60000"}};
  const Answer answer = client.call(call);
  ASSERT_TRUE(answer.failure.has_value());
  EXPECT_EQ(answer.failure->kind, net::NetFailureKind::Broken);
}

TEST(EmulatorTest, LogsEachRequestWithoutItsKey) {
  std::vector<std::string> lines;
  Options options;
  options.log = [&](std::string_view line) { lines.emplace_back(line); };
  EmulatorClient client(std::move(options));
  Call call{.method = "GET", .target = "/models?key=" + client.access().key};
  call.headers = {{.name = "x-emulate-fault", .value = "overloaded"}};
  ASSERT_EQ(client.call(call).status, 503U);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], "GET /gemini/v1beta/models 503 (overloaded)");
  EXPECT_THAT(lines[0], Not(HasSubstr(client.access().key)));
}

TEST(EmulatorTest, AnswersNothingOutsideOfItsProviders) {
  EmulatorClient client;
  net::HttpRequest request;
  request.url = net::parse_url("http://127.0.0.1:" + std::to_string(client.emulator().port()) +
                               "/geminix/v1beta/models")
                    .value();
  request.allow_private = net::AllowPrivate::Yes;
  auto http = net::HttpClient::create(client.loop(), {}).value();
  AnswerObserver observer([&] { client.loop().stop(); });
  ASSERT_TRUE(http->start(std::move(request), observer).ok());
  client.loop().run();
  EXPECT_EQ(observer.answer.status, 404U);
}

}  // namespace
}  // namespace patchbay::emulator
