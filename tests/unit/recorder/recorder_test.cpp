#include "core/store/transaction.hpp"
#include "tests/unit/recorder/recorder_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using testing::failure;
using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::recorder_start_unix_ms;
using testing::RecorderHome;
using testing::success;
using testing::text;

TEST(RecorderTest, ASuccessComesBackWhole) {
  RecorderHome home;
  Attempt attempt = success("a");
  attempt.request_id = "r";
  attempt.provider_id = "p";
  attempt.adapter = "dev.example.adapter";
  attempt.operation = Operation::Chat;
  attempt.model = "model-1";
  attempt.environment = "production";
  attempt.user = "ada";
  attempt.outcome.usage = Usage{1, 2, 3, 4, 5'000'000'000};
  attempt.outcome.latency_first = std::chrono::milliseconds(12);
  attempt.outcome.latency = std::chrono::milliseconds(345);
  attempt.outcome.bytes_sent = 67;
  attempt.outcome.bytes_received = 8'900'000'000;
  attempt.outcome.meta = {{"model", "model-1-exact"}, {"response_id", "resp-1"}};
  must(home.recorder.record(attempt));
  must(home.recorder.flush());

  const std::vector<Attempt> found = must(home.recorder.attempts({}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, "a");
  EXPECT_EQ(found[0].request_id, "r");
  EXPECT_EQ(found[0].provider, "example");
  EXPECT_EQ(found[0].provider_id, "p");
  EXPECT_EQ(found[0].key_id, "k1");
  EXPECT_EQ(found[0].adapter, "dev.example.adapter");
  EXPECT_EQ(found[0].operation, Operation::Chat);
  EXPECT_EQ(found[0].model, "model-1");
  EXPECT_EQ(found[0].environment, "production");
  EXPECT_EQ(found[0].user, "ada");
  EXPECT_EQ(found[0].started_unix_ms, recorder_start_unix_ms);
  const AttemptOutcome& outcome = found[0].outcome;
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.usage.input_tokens, 1U);
  EXPECT_EQ(outcome.usage.output_tokens, 2U);
  EXPECT_EQ(outcome.usage.total_tokens, 3U);
  EXPECT_EQ(outcome.usage.images, 4U);
  EXPECT_EQ(outcome.usage.cost_nano_usd, 5'000'000'000U);
  EXPECT_EQ(outcome.latency_first, std::chrono::milliseconds(12));
  EXPECT_EQ(outcome.latency, std::chrono::milliseconds(345));
  EXPECT_EQ(outcome.bytes_sent, 67U);
  EXPECT_EQ(outcome.bytes_received, 8'900'000'000U);
  EXPECT_THAT(outcome.meta, ElementsAre(std::pair("response_id", "resp-1")));
  EXPECT_EQ(text(home.database, "SELECT outcome || ' ' || started_at FROM patchbay_attempts"),
            "ok 2026-11-23 05:16:24");
}

class OutcomeTest : public ::testing::TestWithParam<int> {};

TEST_P(OutcomeTest, OfEachCategoryComesBack) {
  RecorderHome home;
  Attempt attempt = failure("a", static_cast<Category>(GetParam()));
  attempt.outcome.failure->http_status = 429;
  attempt.outcome.failure->billed = Billed::No;
  attempt.outcome.failure->provider_code = "RESOURCE_EXHAUSTED";
  attempt.outcome.failure->message = "slow down";
  must(home.recorder.record(attempt));
  must(home.recorder.flush());
  const std::vector<Attempt> found = must(home.recorder.attempts({}));
  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].outcome.failure.has_value());
  EXPECT_EQ(found[0].outcome.failure->category, static_cast<Category>(GetParam()));
  EXPECT_EQ(found[0].outcome.failure->http_status, 429U);
  EXPECT_EQ(found[0].outcome.failure->billed, Billed::No);
  EXPECT_EQ(found[0].outcome.failure->provider_code, "RESOURCE_EXHAUSTED");
  EXPECT_EQ(found[0].outcome.failure->message, "slow down");
}

INSTANTIATE_TEST_SUITE_P(RecorderTest,
                         OutcomeTest,
                         ::testing::Range(static_cast<int>(Category::AuthInvalid),
                                          static_cast<int>(Category::Cancelled) + 1));

TEST(RecorderTest, WhatIsNotKnownIsNull) {
  RecorderHome home;
  Attempt attempt = success("a");
  attempt.key_id.clear();
  attempt.outcome.usage.total_tokens = std::uint64_t{1} << 63U;
  must(home.recorder.record(attempt));
  must(home.recorder.flush());
  EXPECT_EQ(number(home.database,
                   "SELECT count(*) FROM patchbay_attempts WHERE key_id IS NULL AND http_status IS"
                   " NULL AND input_tokens IS NULL AND total_tokens IS NULL AND cost_nano_usd IS"
                   " NULL AND latency_first_ms IS NULL AND message IS NULL AND billed IS NULL"),
            1);
  EXPECT_EQ(must(home.recorder.attempts({})).at(0).outcome.usage.total_tokens, std::nullopt);
}

TEST(RecorderTest, ARowDoesNotInheritFromTheOneBefore) {
  RecorderHome home;
  must(home.recorder.record(failure("a")));
  must(home.recorder.record(success("b", 1)));
  must(home.recorder.flush());
  const std::vector<Attempt> found = must(home.recorder.attempts({}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].outcome.ok());
  EXPECT_EQ(number(home.database, "SELECT billed IS NULL FROM patchbay_attempts WHERE id = 'b'"),
            1);
}

TEST(RecorderTest, ALongMessageIsCut) {
  RecorderHome home;
  Attempt attempt = failure("a");
  attempt.outcome.failure->message = std::string(10'000, 'm');
  must(home.recorder.record(attempt));
  must(home.recorder.flush());
  EXPECT_LE(must(home.recorder.attempts({})).at(0).outcome.failure->message.size(), 2'052U);
}

TEST(RecorderTest, NothingIsWrittenBeforeFlush) {
  RecorderHome home;
  must(home.recorder.record(success("a")));
  EXPECT_THAT(home.ids({}), ElementsAre());
  EXPECT_EQ(home.last_used("k1"), "never");
  EXPECT_EQ(home.recorder.waiting_count(), 1U);
  must(home.recorder.flush());
  EXPECT_THAT(home.ids({}), ElementsAre("a"));
  EXPECT_EQ(home.recorder.waiting_count(), 0U);
}

TEST(RecorderTest, GivesAnIdAndATimeWhereThereIsNone) {
  RecorderHome home;
  Attempt attempt = success("");
  attempt.started_unix_ms = 0;
  must(home.recorder.record(attempt));
  must(home.recorder.flush());
  const Attempt found = must(home.recorder.attempts({})).at(0);
  EXPECT_EQ(found.id.size(), 36U);
  EXPECT_EQ(found.started_unix_ms, recorder_start_unix_ms);
}

TEST(RecorderTest, WritesAnAttemptOnce) {
  RecorderHome home;
  for (int i = 0; i < 2; ++i) must(home.recorder.record(success("a")));
  must(home.recorder.flush());
  EXPECT_THAT(home.ids({}), ElementsAre("a"));
}

TEST(LastUsedTest, MovesOnSuccessOnlyAndToTheEndOfTheCall) {
  RecorderHome home;
  Attempt good = success("a");
  good.outcome.latency = std::chrono::milliseconds(3'000);
  Attempt bad = failure("b");
  bad.key_id = "k2";
  must(home.recorder.record(good));
  must(home.recorder.record(bad));
  must(home.recorder.flush());
  EXPECT_EQ(home.last_used("k1"), "2026-11-23 05:16:27");
  EXPECT_EQ(home.last_used("k2"), "never");
}

TEST(LastUsedTest, IsTheLatestOfABatchInAnyOrder) {
  RecorderHome home;
  for (const std::int64_t offset_ms : {5'000, 20'000, 10'000})
    must(home.recorder.record(success(std::to_string(offset_ms), offset_ms)));
  must(home.recorder.flush());
  EXPECT_EQ(home.last_used("k1"), "2026-11-23 05:16:44");
}

struct Standing {
  const char* value;
  const char* after;  // of a use at 05:16:24
};

class StandingTimeTest : public ::testing::TestWithParam<Standing> {};

TEST_P(StandingTimeTest, NeverGoesBack) {
  RecorderHome home;
  must(home.database.execute("UPDATE api_keys SET last_used_at = '" +
                             std::string(GetParam().value) + "'"));
  must(home.recorder.record(success("a")));
  must(home.recorder.flush());
  EXPECT_EQ(home.last_used("k1"), GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    LastUsedTest,
    StandingTimeTest,
    ::testing::Values(Standing{"2026-11-23 05:16:23", "2026-11-23 05:16:24"},
                      Standing{"2026-11-23 05:16:25", "2026-11-23 05:16:25"},
                      // As text, 'T' sorts behind a blank: an earlier time would look later.
                      Standing{"2026-11-23T05:16:23.500000", "2026-11-23 05:16:24"},
                      Standing{"2026-11-23T05:16:24.389042", "2026-11-23T05:16:24.389042"},
                      Standing{"2026-11-23T06:16:23+01:00", "2026-11-23 05:16:24"},
                      Standing{"2026-11-23T04:16:25-01:00", "2026-11-23T04:16:25-01:00"},
                      Standing{"not a time", "2026-11-23 05:16:24"}));

TEST(RecorderTest, ListsNewestFirstAndFilters) {
  RecorderHome home;
  must(home.recorder.record(success("old", 0)));
  must(home.recorder.record(success("new", 2'000)));
  Attempt other = success("other", 1'000);
  other.provider = "another";
  must(home.recorder.record(other));
  must(home.recorder.flush());
  EXPECT_THAT(home.ids({}), ElementsAre("new", "other", "old"));
  EXPECT_THAT(home.ids({.id = "other"}), ElementsAre("other"));
  EXPECT_THAT(home.ids({.id = "o"}), ElementsAre("other", "old"));
  EXPECT_THAT(home.ids({.id = "others"}), ElementsAre());
  EXPECT_THAT(home.ids({.id = "%"}), ElementsAre());
  EXPECT_THAT(home.ids({.provider = "example"}), ElementsAre("new", "old"));
  EXPECT_THAT(home.ids({.since_unix_ms = recorder_start_unix_ms + 1'000}),
              ElementsAre("new", "other"));
  EXPECT_THAT(home.ids({.count_max = 1}), ElementsAre("new"));
  EXPECT_THAT(home.ids({.id = "none"}), ElementsAre());
}

TEST(RecorderTest, AFullQueueIsWritten) {
  RecorderHome home;
  for (std::size_t i = 0; i < Recorder::waiting_count_max; ++i)
    must(home.recorder.record(success(std::to_string(i))));
  EXPECT_EQ(home.recorder.waiting_count(), Recorder::waiting_count_max);
  must(home.recorder.record(success("one more")));
  EXPECT_EQ(home.recorder.waiting_count(), 1U);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 512);
}

TEST(RecorderTest, AFailedFlushKeepsEverything) {
  RecorderHome home;
  must(home.recorder.record(success("a")));
  must(home.database.execute("ALTER TABLE patchbay_key_health RENAME TO elsewhere"));
  EXPECT_FALSE(home.recorder.flush().ok());
  EXPECT_EQ(home.recorder.waiting_count(), 1U);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 0);
  EXPECT_EQ(home.last_used("k1"), "never");
  must(home.database.execute("ALTER TABLE elsewhere RENAME TO patchbay_key_health"));
  must(home.recorder.flush());
  EXPECT_THAT(home.ids({}), ElementsAre("a"));
}

TEST(RecorderTest, WhoHoldsTheDatabaseIsNotWaitedForWhereACallerWaits) {
  RecorderHome home;
  store::Database other =
      must(store::Database::open(home.database.path(), store::OpenMode::ReadWrite));
  must(home.recorder.record(success("a")));
  {
    const store::Transaction held = must(store::Transaction::begin(other));
    EXPECT_FALSE(home.recorder.flush_if_free().ok());
    EXPECT_EQ(home.recorder.waiting_count(), 1U);
  }
  must(home.recorder.flush_if_free());
  EXPECT_EQ(home.recorder.waiting_count(), 0U);
  EXPECT_THAT(home.ids({}), ElementsAre("a"));
}

TEST(RecorderTest, WhereNothingCanBeWrittenTheOldestGoAndAreCounted) {
  RecorderHome home;
  must(home.database.execute("ALTER TABLE patchbay_attempts RENAME TO elsewhere"));
  for (std::size_t i = 0; i < Recorder::waiting_count_max; ++i)
    must(home.recorder.record(success(std::to_string(i))));
  EXPECT_FALSE(home.recorder.record(success("late")).ok());
  const Status second = home.recorder.record(success("later"));
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("2 attempts are lost"));
  EXPECT_EQ(home.recorder.lost_count(), 2U);
  EXPECT_EQ(home.recorder.waiting_count(), Recorder::waiting_count_max);
  must(home.database.execute("ALTER TABLE elsewhere RENAME TO patchbay_attempts"));
  must(home.recorder.flush());
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts WHERE id IN ('0', '1')"),
            0);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_attempts"), 512);
}

// A key that was removed in the meantime, or was never in the table.
TEST(RecorderTest, AnAttemptOutlivesItsKey) {
  RecorderHome home;
  Attempt attempt = success("a");
  attempt.key_id = "gone";
  must(home.recorder.record(attempt));
  must(home.recorder.flush());
  EXPECT_EQ(must(home.recorder.attempts({})).at(0).key_id, "gone");
}

TEST(RecorderTest, ARowOfANewerProgramIsListedToo) {
  RecorderHome home;
  must(home.database.execute(
      "INSERT INTO patchbay_attempts (id, provider, operation, started_at, started_unix_ms,"
      " outcome) VALUES ('a', 'example', 'video', '2026-11-23 05:16:24', 1, 'unheard_of')"));
  const std::vector<Attempt> found = must(home.recorder.attempts({}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].outcome.ok());
}

}  // namespace
}  // namespace patchbay::host
