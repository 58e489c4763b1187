#include "host/emulator/fault.hpp"

#include "host/emulator/emulator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace patchbay::emulator {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

net::ServerRequest request_with(std::string body, std::string header = {}) {
  net::ServerRequest request;
  request.method = "POST";
  request.body = std::move(body);
  if (!header.empty())
    request.headers.push_back({.name = "x-emulate-fault", .value = std::move(header)});
  return request;
}

FaultPlan plan_of(const std::vector<std::string>& rules, std::uint64_t seed = 1) {
  Result<FaultPlan> plan = FaultPlan::create(rules, seed);
  EXPECT_TRUE(plan.ok()) << plan.error().message;
  return std::move(plan).value();
}

TEST(FaultListTest, HasUniqueNamesAndAMeaningForEach) {
  std::set<std::string_view> names;
  for (const FaultDescription& fault : fault_list()) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
    EXPECT_GT(fault.meaning.size(), 10U) << fault.name;
    EXPECT_TRUE(parse_fault_rule(fault.name).ok()) << fault.name;
  }
  EXPECT_GT(names.size(), 40U);
}

TEST(FaultRuleTest, ReadsProbabilityCountAndTime) {
  EXPECT_DOUBLE_EQ(parse_fault_rule("rate:0.25").value().probability, 0.25);
  EXPECT_EQ(parse_fault_rule("html:x3").value().requests_left, 3U);
  EXPECT_EQ(parse_fault_rule("silent:500").value().time, milliseconds(500));
  const FaultRule rule = parse_fault_rule("silent:500:0.5:x2").value();
  EXPECT_EQ(rule.time, milliseconds(500));
  EXPECT_DOUBLE_EQ(rule.probability, 0.5);
  EXPECT_EQ(rule.requests_left, 2U);
}

TEST(FaultRuleTest, ReadsWhomItBefalls) {
  const FaultRule provider = parse_fault_rule("gemini/rate:0.25").value();
  EXPECT_EQ(provider.befalls.provider, "gemini");
  EXPECT_EQ(provider.befalls.key, "");
  EXPECT_DOUBLE_EQ(provider.probability, 0.25);
  const FaultRule key = parse_fault_rule("gemini/key2/html").value();
  EXPECT_EQ(key.befalls.key, "key2");
  EXPECT_EQ(key.fault, Fault::Html);
}

TEST(FaultRuleTest, RefusesWhatIsWrong) {
  EXPECT_THAT(parse_fault_rule("overload").error().message, HasSubstr("no fault named 'overload'"));
  EXPECT_THAT(parse_fault_rule("overload").error().hint, HasSubstr("overloaded"));
  for (const std::string_view text : {"html:1.5",
                                      "html:-1",
                                      "html:",
                                      "html:x",
                                      "html:often",
                                      "html:x-1",
                                      "html:nan",
                                      "silent:1.5",
                                      ""})
    EXPECT_FALSE(parse_fault_rule(text).ok()) << text;
}

TEST(FaultPlanTest, MeetsTheFirstRequestsOnly) {
  FaultPlan plan = plan_of({"overloaded:x2"});
  const net::ServerRequest request = request_with("{}");
  EXPECT_TRUE(plan.draw(request, FaultScope::Generation).has(Fault::Overloaded));
  EXPECT_TRUE(plan.draw(request, FaultScope::Any).has(Fault::Overloaded));
  EXPECT_TRUE(plan.draw(request, FaultScope::Any).empty());
}

TEST(FaultPlanTest, KeepsFaultsOfGenerationsAwayFromOtherRequests) {
  FaultPlan plan = plan_of({"safety:x1"});
  EXPECT_TRUE(plan.draw(request_with("{}"), FaultScope::Any).empty());
  EXPECT_TRUE(plan.draw(request_with("{}"), FaultScope::Generation).has(Fault::Safety));
  EXPECT_TRUE(plan.draw(request_with("{}"), FaultScope::Generation).empty());
}

TEST(FaultPlanTest, DrawsReproduciblyAndAboutAsOftenAsAsked) {
  const net::ServerRequest request = request_with("{}");
  const auto drawn = [&](std::uint64_t seed) {
    FaultPlan plan = plan_of({"html:0.1"}, seed);
    std::string pattern;
    for (int i = 0; i < 10'000; ++i)
      pattern += plan.draw(request, FaultScope::Any).empty() ? '.' : 'x';
    return pattern;
  };
  EXPECT_EQ(drawn(5), drawn(5));
  EXPECT_NE(drawn(5), drawn(6));
  const std::string pattern = drawn(5);
  const auto count = std::count(pattern.begin(), pattern.end(), 'x');
  EXPECT_GT(count, 800);
  EXPECT_LT(count, 1200);
}

TEST(FaultPlanTest, NeverDrawsAtZeroAndAlwaysAtOne) {
  FaultPlan plan = plan_of({"html:0.0", "empty:1"});
  for (int i = 0; i < 1000; ++i) {
    const FaultSet faults = plan.draw(request_with("{}"), FaultScope::Any);
    ASSERT_EQ(faults.words(), "empty");
  }
}

TEST(FaultPlanTest, SparesThoseThatARuleDoesNotName) {
  FaultPlan plan = plan_of({"gemini/key1/html:x1"});
  const auto html = [&](const RequestSource& source) {
    return plan.draw(request_with("{}"), FaultScope::Any, source).has(Fault::Html);
  };
  EXPECT_FALSE(html({.provider = "openrouter", .key = "key1"}));
  EXPECT_FALSE(html({.provider = "gemini", .key = "key2"}));
  EXPECT_TRUE(html({.provider = "gemini", .key = "key1"}));
  EXPECT_FALSE(html({.provider = "gemini", .key = "key1"}));
}

TEST(FaultPlanTest, DrawsEveryMarkedFaultAtARate) {
  FaultPlan plan = FaultPlan::create({}, 7, 20).value();
  std::set<std::string> drawn;
  int count = 0;
  for (int i = 0; i < 20'000; ++i) {
    const FaultSet faults = plan.draw(request_with("{}"), FaultScope::Generation);
    if (faults.empty()) continue;
    ++count;
    drawn.insert(faults.words());
  }
  EXPECT_GT(count, 3'600);
  EXPECT_LT(count, 4'400);
  std::set<std::string> marked;
  for (const FaultDescription& fault : fault_list())
    if (fault.is_drawn) marked.emplace(fault.name);
  EXPECT_EQ(drawn, marked);
  EXPECT_FALSE(drawn.contains("stall_head"));
  EXPECT_TRUE(plan.draw(request_with("{}"), FaultScope::Any).empty());
}

TEST(FaultPlanTest, RefusesARateThatIsNoPercentage) {
  EXPECT_FALSE(FaultPlan::create({}, 1, -1).ok());
  EXPECT_FALSE(FaultPlan::create({}, 1, 100.5).ok());
  EXPECT_TRUE(FaultPlan::create({}, 1, 100).ok());
}

TEST(FaultPlanTest, FollowsTheRequestsOwnWishes) {
  FaultPlan plan = plan_of({});
  EXPECT_EQ(plan.draw(request_with("", "split, drafts"), FaultScope::Any).words(), "split, drafts");
  const FaultSet faults =
      plan.draw(request_with(R"({"text":"a banana emulate:silent:70 and emulate:late_mime."})"),
                FaultScope::Any);
  EXPECT_EQ(faults.words(), "silent, late_mime");
  EXPECT_EQ(faults.time(Fault::Silent, milliseconds(1)), milliseconds(70));
  EXPECT_EQ(faults.time(Fault::Slow, milliseconds(9)), milliseconds(9));
}

TEST(FaultPlanTest, RemembersAWishThatCannotBeFulfilled) {
  FaultPlan plan = plan_of({});
  EXPECT_EQ(plan.draw(request_with("", "earthquake"), FaultScope::Any).unknown_name(),
            "earthquake");
  EXPECT_EQ(plan.draw(request_with("emulate:flood!"), FaultScope::Any).unknown_name(), "flood");
  EXPECT_EQ(plan.draw(request_with("emulate: nothing"), FaultScope::Any).unknown_name(), "");
}

}  // namespace
}  // namespace patchbay::emulator
