// What was used: sums per hour, reports over a span, costs, and rows that go when they are old.
#include "host/recorder/usage_report.hpp"
#include "tests/unit/recorder/recorder_home.hpp"

#include <gmock/gmock.h>

#include <map>
#include <tuple>

namespace patchbay::host {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::failure;
using testing::must;
using testing::number;
using testing::recorder_start_unix_ms;
using testing::RecorderHome;
using testing::success;
using testing::text;

constexpr std::int64_t hour_ms = 3'600'000;

struct UsageHome : RecorderHome {
  int count = 0;

  void record(Attempt attempt) {
    attempt.id = "id-" + std::to_string(++count);
    must(recorder.record(std::move(attempt)));
    must(recorder.flush());
  }
  [[nodiscard]] UsageReport report(UsageBy by, std::int64_t since = recorder_start_unix_ms) {
    return must(usage_report(database, UsageQuery{.by = by, .since_unix_ms = since}));
  }
};

Attempt costly(const std::string& model, std::int64_t latency_ms, std::uint64_t nano_usd) {
  Attempt attempt = success("");
  attempt.model = model;
  attempt.environment = "default";
  attempt.outcome.latency = std::chrono::milliseconds(latency_ms);
  attempt.outcome.usage = Usage{10, 20, 30, 1, nano_usd};
  attempt.outcome.bytes_sent = 5;
  attempt.outcome.bytes_received = 7;
  return attempt;
}

TEST(HourlyTest, SumsWhatBelongsTogether) {
  UsageHome home;
  home.record(costly("m", 100, 1'000));
  home.record(costly("m", 300, 2'000));
  home.record(costly("other", 1, 1));
  EXPECT_EQ(text(home.database,
                 "SELECT hour || ' ' || attempts || ' ' || latency_ms || ' ' || input_tokens || ' '"
                 " || output_tokens || ' ' || total_tokens || ' ' || images || ' ' || bytes_in ||"
                 " ' ' || bytes_out || ' ' || cost_nano_usd FROM patchbay_usage_hourly"
                 " WHERE model = 'm'"),
            "2026-11-23 05:00:00 2 400 20 40 60 2 14 10 3000");
}

TEST(HourlyTest, KeepsOutcomesAndHoursApart) {
  UsageHome home;
  home.record(success(""));
  home.record(failure(""));
  Attempt later = success("");
  later.started_unix_ms += hour_ms;
  home.record(later);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_usage_hourly"), 3);
}

TEST(HourlyTest, AnAttemptThatIsWrittenTwiceCountsOnce) {
  UsageHome home;
  for (int i = 0; i < 2; ++i) must(home.recorder.record(success("same")));
  must(home.recorder.flush());
  must(home.recorder.record(success("same")));
  must(home.recorder.flush());
  EXPECT_EQ(number(home.database, "SELECT sum(attempts) FROM patchbay_usage_hourly"), 1);
}

TEST(HourlyTest, IsWrittenTogetherWithTheRowsOrNotAtAll) {
  UsageHome home;
  must(home.database.execute(
      "CREATE TRIGGER full BEFORE INSERT ON patchbay_usage_hourly BEGIN SELECT RAISE(ABORT,"
      " 'no'); END"));
  must(home.recorder.record(success("a")));
  EXPECT_FALSE(home.recorder.flush().ok());
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 0);
  must(home.database.execute("DROP TRIGGER full"));
  must(home.recorder.flush());
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 1);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_usage_hourly"), 1);
}

TEST(PruneTest, TakesOldRowsAwayAndLeavesTheSums) {
  UsageHome home;
  home.recorder.use(RecorderOptions{.attempts_kept = std::chrono::days(2)});
  home.record(success(""));
  home.clock.advance(48h);
  home.record(success("", 24 * hour_ms));
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 2) << "to the day";
  home.clock.advance(1ms);
  home.record(success("", 48 * hour_ms));
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 2);
  EXPECT_EQ(number(home.database, "SELECT sum(attempts) FROM patchbay_usage_hourly"), 3);
}

TEST(PruneTest, TakesAFewAtATime) {
  UsageHome home;
  for (int i = 0; i < 600; ++i) must(home.recorder.record(success("old-" + std::to_string(i), i)));
  must(home.recorder.flush());
  home.clock.advance(91 * 24h);
  home.record(success("", 91 * 24 * hour_ms));
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"),
            601 - Recorder::pruned_at_once_max);
  home.record(success("", 91 * 24 * hour_ms));
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 2);
}

TEST(ReportTest, CountsByEachAspect) {
  UsageHome home;
  Attempt first = costly("m", 100, 5'000);
  first.environment = "production";
  first.user = "ada";
  home.record(first);
  Attempt second = costly("n", 200, 1'000);
  second.key_id = "k2";
  home.record(second);
  Attempt third = costly("m", 300, 1'000);
  third.provider = "other";
  home.record(third);
  const auto names = [&home](UsageBy by) {
    std::vector<std::string> list;
    for (const UsageRow& row : home.report(by).rows)
      list.push_back(row.provider + "/" + row.name + " " + std::to_string(row.cost_nano_usd));
    return list;
  };
  EXPECT_THAT(names(UsageBy::Provider), ElementsAre("/example 6000", "/other 1000"));
  EXPECT_THAT(names(UsageBy::Key),
              ElementsAre("example/k1 5000", "other/k1 1000", "example/k2 1000"));
  EXPECT_THAT(names(UsageBy::Model),
              ElementsAre("example/m 5000", "other/m 1000", "example/n 1000"));
  EXPECT_THAT(names(UsageBy::Environment), ElementsAre("/production 5000", "/default 2000"));
  EXPECT_THAT(names(UsageBy::User), ElementsAre("/ada 5000", "/ 2000"));
}

TEST(ReportTest, TellsSuccessAndLatency) {
  UsageHome home;
  for (int i = 1; i <= 20; ++i) home.record(costly("m", i * 10, 0));
  home.record(failure(""));
  for (int i = 0; i < 3; ++i) home.record(failure("", Category::Cancelled));
  Attempt check = success("");
  check.operation = Operation::Verify;
  home.record(check);
  const UsageReport report = home.report(UsageBy::Provider);
  ASSERT_EQ(report.rows.size(), 1U);
  const UsageRow& row = report.rows[0];
  EXPECT_EQ(std::tuple(row.attempts, row.succeeded, row.cancelled), std::tuple(24, 20, 3));
  EXPECT_DOUBLE_EQ(row.success_rate().value(), 20.0 / 21.0);
  EXPECT_EQ(row.p50_ms, 100);
  EXPECT_EQ(row.p95_ms, 190);
  EXPECT_EQ(std::tuple(row.images, row.input_tokens, row.output_tokens), std::tuple(20, 200, 400));
}

TEST(ReportTest, OfNothingButFailuresHasNoLatency) {
  UsageHome home;
  home.record(failure("", Category::Cancelled));
  const UsageRow row = home.report(UsageBy::Provider).rows.at(0);
  EXPECT_EQ(row.success_rate(), std::nullopt);
  EXPECT_EQ(row.p50_ms, std::nullopt);
}

TEST(ReportTest, BeginsWithTheHourOfTheSpan) {
  UsageHome home;
  Attempt before = costly("m", 10, 7);
  before.started_unix_ms -= hour_ms;
  home.record(before);
  Attempt same_hour = costly("m", 20, 5);
  same_hour.started_unix_ms -= 600'000;
  home.record(same_hour);
  const UsageReport report = home.report(UsageBy::Provider);
  EXPECT_EQ(report.since, "2026-11-23 05:00:00");
  EXPECT_EQ(report.rows.at(0).cost_nano_usd, 5);
  EXPECT_EQ(report.rows.at(0).p50_ms, 20);
  EXPECT_EQ(home.report(UsageBy::Provider, 0).rows.at(0).cost_nano_usd, 12);
}

TEST(ReportTest, OfOneProviderLeavesTheOthersOut) {
  UsageHome home;
  home.record(costly("m", 10, 7));
  Attempt other = costly("m", 10, 7);
  other.provider = "other";
  home.record(other);
  const UsageReport report =
      must(usage_report(home.database, UsageQuery{.by = UsageBy::Model, .provider = "other"}));
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_EQ(report.rows[0].provider, "other");
}

TEST(ReportTest, KnowsItsWords) {
  for (const UsageBy by :
       {UsageBy::Provider, UsageBy::Key, UsageBy::Model, UsageBy::Environment, UsageBy::User})
    EXPECT_EQ(usage_by_of(to_string(by)), by);
  EXPECT_EQ(usage_by_of("moon"), std::nullopt);
}

struct PricedHome : RecorderHome {
  PricedHome() {
    recorder.use(RecorderOptions{
        .prices = must(PriceList::parse(
            R"({"as_of": "2026-11-23", "prices": [{"adapter": "a", "model": "m", "input": 1,
                "output": 2, "image_output": 3}]})"))});
  }
  [[nodiscard]] std::pair<std::optional<std::uint64_t>, std::string> cost_of(Attempt attempt) {
    attempt.adapter = "a";
    attempt.model = "m";
    recorder.price(attempt);
    must(recorder.record(attempt));
    must(recorder.flush());
    const Attempt found = must(recorder.attempts({.id = attempt.id})).at(0);
    return {found.outcome.usage.cost_nano_usd, found.outcome.usage.cost_source};
  }
};

TEST(CostTest, IsTheProvidersWordElseTheLists) {
  PricedHome home;
  Attempt attempt = success("told");
  attempt.outcome.usage = Usage{1, 1, 2, 1, 9};
  EXPECT_EQ(home.cost_of(attempt),
            std::pair(std::optional<std::uint64_t>(9), std::string("provider")));
  attempt.id = "listed";
  attempt.outcome.usage.cost_nano_usd.reset();
  EXPECT_EQ(home.cost_of(attempt),
            std::pair(std::optional<std::uint64_t>(4'000), std::string("prices of 2026-11-23")));
  attempt.id = "apart";
  attempt.outcome.meta = {{"image_tokens", "0"}};
  EXPECT_EQ(home.cost_of(attempt).first, 3'000U);
}

TEST(CostTest, OfWhatWasNotChargedIsNothing) {
  PricedHome home;
  Attempt attempt = failure("free");
  attempt.outcome.usage = Usage{1, 1, 2, {}, {}};
  attempt.outcome.failure->billed = Billed::No;
  EXPECT_EQ(home.cost_of(attempt).first, std::nullopt);
  attempt.id = "lost";
  attempt.outcome.failure->billed = Billed::Yes;
  EXPECT_EQ(home.cost_of(attempt).first, 4'000U);
}

}  // namespace
}  // namespace patchbay::host
