#include "tests/unit/emulator/routed_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view model = "google/gemini-2.5-flash-image";

class EmulatorControlTest : public testing::Test {
 protected:
  static std::string control(EmulatorClient& client, std::string_view name) {
    return "http://127.0.0.1:" + std::to_string(client.emulator().port()) + "/emulator" +
           std::string(name);
  }
  static unsigned images(EmulatorClient& client, std::optional<std::string> key = {}) {
    return client
        .call(
            {.target = "/images", .body = image_body(model), .headers = {}, .key = std::move(key)})
        .status;
  }
  static Options with(std::vector<std::string> faults) {
    Options options;
    options.faults = std::move(faults);
    return options;
  }
};

TEST_F(EmulatorControlTest, CountsForEachKeyAndShowsNoKey) {
  EmulatorClient client({}, "openrouter");
  const ProviderAccess access = client.access();
  EXPECT_EQ(images(client), 200U);
  EXPECT_EQ(images(client, access.keys[1]), 200U);
  EXPECT_EQ(images(client, access.keys[1]), 200U);
  EXPECT_EQ(images(client, access.bad_key), 401U);
  EXPECT_EQ(images(client, "sk-or-v1-somebody-elses"), 401U);
  const Answer answer = client.get(control(client, "/counts"));
  const json::Value counts = answer.json();
  EXPECT_EQ(number_at(counts, "requests"), 5);
  EXPECT_EQ(number_at(counts, "billed"), 3);
  EXPECT_EQ(text_at(counts, "keys.0.key"), "bad_key");
  EXPECT_EQ(number_at(counts, "keys.0.refused"), 1);
  EXPECT_EQ(text_at(counts, "keys.2.key"), "key2");
  EXPECT_EQ(number_at(counts, "keys.2.billed"), 2);
  EXPECT_EQ(number_at(counts, "keys.2.images"), 2);
  EXPECT_NEAR(*at(counts, "keys.2.cost_usd").real(), 2 * 0.0387006, 1e-9);
  EXPECT_EQ(text_at(counts, "keys.3.key"), "unknown");
  EXPECT_THAT(answer.body, Not(HasSubstr("sk-or")));
}

TEST_F(EmulatorControlTest, CountsFromZeroAgain) {
  EmulatorClient client({}, "openrouter");
  EXPECT_EQ(images(client), 200U);
  const Answer answer = client.call({.method = "DELETE", .target = control(client, "/counts")});
  EXPECT_EQ(number_at(answer.json(), "requests"), 0);
  EXPECT_THAT(client.emulator().key_counts(), IsEmpty());
  EXPECT_EQ(images(client), 200U);
  EXPECT_EQ(client.emulator().counts().billed, 1U);
  EXPECT_EQ(client.emulator().counts().concurrent, 0U);
}

TEST_F(EmulatorControlTest, TakesOtherFaultsWhileItRuns) {
  EmulatorClient client(with({"overloaded"}), "openrouter");
  const auto put = [&](std::string body) {
    return client.call(
        {.method = "PUT", .target = control(client, "/faults"), .body = std::move(body)});
  };
  EXPECT_EQ(images(client), 503U);
  EXPECT_EQ(put(R"({"faults":["rate:x1"]})").status, 200U);
  EXPECT_EQ(images(client), 429U);
  EXPECT_EQ(images(client), 200U);
  const Answer wrong = put(R"({"faults":["rat"]})");
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_THAT(text_at(wrong.json(), "error"), HasSubstr("no fault named 'rat'"));
  EXPECT_EQ(put(R"({"faults":[1]})").status, 400U);
  EXPECT_EQ(put("[]").status, 400U);
  EXPECT_EQ(client.get(control(client, "/nothing")).status, 404U);
}

TEST_F(EmulatorControlTest, BefallsOneProviderOrOneKey) {
  EmulatorClient client(with({"gemini/internal", "openrouter/key2/no_credit"}), "openrouter");
  EXPECT_EQ(images(client), 200U);
  EXPECT_EQ(images(client, client.access().keys[1]), 402U);
  EXPECT_EQ(images(client, client.access().keys[2]), 200U);
  EmulatorClient gemini(with({"gemini/internal", "openrouter/key2/no_credit"}));
  EXPECT_EQ(gemini.generate("gemini-2.5-flash-image", prompt_body("a banana")).status, 500U);
  net::EventLoop loop;
  const auto unknown = Emulator::start(loop, with({"openruter/rate"}));
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("no provider named 'openruter'"));
}

TEST_F(EmulatorControlTest, LimitsTheRateOfAKey) {
  EmulatorClient client({}, "openrouter");
  const std::string limited = client.access("limited_key");
  const Call call{.target = "/images", .body = image_body(model), .headers = {}, .key = limited};
  unsigned refused = 0;
  for (const Answer& answer : client.call_together(std::vector<Call>(6, call))) {
    if (answer.status != 429U) continue;
    ++refused;
    EXPECT_EQ(answer.header("retry-after"), "1");
  }
  EXPECT_GE(refused, 1U);
  EXPECT_EQ(images(client), 200U);
  EXPECT_EQ(client.call({.method = "GET", .target = "/key", .headers = {}, .key = limited}).status,
            200U);
}

TEST_F(EmulatorControlTest, EndsAQuota) {
  Options options;
  options.quota = 2;
  EmulatorClient client(std::move(options), "openrouter");
  EXPECT_EQ(images(client), 200U);
  EXPECT_EQ(client.post("/images", image_body(model), "internal").status, 500U);
  EXPECT_EQ(images(client), 200U);
  EXPECT_EQ(images(client), 402U);
  EXPECT_EQ(images(client, client.access().keys[1]), 200U);
  EXPECT_EQ(images(client, client.access("drained_key")), 402U);
  EmulatorClient gemini;
  EXPECT_EQ(gemini
                .call({.target = "/models/gemini-2.5-flash-image:generateContent",
                       .body = prompt_body("a banana"),
                       .headers = {},
                       .key = gemini.access("drained_key")})
                .status,
            429U);
}

}  // namespace
}  // namespace patchbay::emulator
