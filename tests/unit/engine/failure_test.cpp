// What an attempt says of its failure: the adapter's words, and what the host knows better.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gmock/gmock.h>

namespace patchbay::testing {
namespace {

using host::Billed;
using host::Category;
using ::testing::HasSubstr;

class ReportedFailureTest : public EngineTest {
 protected:
  // An adapter that posts, gets `status`, and reports `failure` at the end or on a failed exchange.
  host::Failure report(const FailureOptions& failure) {
    script([failure](ScriptedSession& session, const patchbay_input& input) {
      if (input.kind == PATCHBAY_IN_START) {
        HttpOptions options;
        options.body = "{}";
        session.http(1, "/a", options);
      }
      session.awaited = 1;
      if (input.kind == PATCHBAY_IN_HTTP_END || input.kind == PATCHBAY_IN_HTTP_FAIL)
        session.error(failure);
    });
    return run_failing();
  }
};

TEST_F(ReportedFailureTest, IsMappedOneToOneAndRedacted) {
  scripted_client_.answer({Step::head(429), Step::end()});
  FailureOptions reported;
  reported.category = PATCHBAY_ERR_RATE;
  reported.billed = PATCHBAY_BILLED_NO;
  reported.http_status = 429;
  reported.retry_after_ms = 2500;
  reported.provider_code = "RESOURCE_EXHAUSTED";
  reported.message = "slow down,\x1b[31m " + std::string(test_key);
  reported.understood = 1;
  const host::Failure failure = report(reported);
  EXPECT_EQ(failure.category, Category::Rate);
  EXPECT_EQ(failure.billed, Billed::No);
  EXPECT_EQ(failure.http_status, 429U);
  EXPECT_EQ(failure.retry_after, std::chrono::milliseconds(2500));
  EXPECT_EQ(failure.provider_code, "RESOURCE_EXHAUSTED");
  EXPECT_EQ(failure.message, "slow down, [31m [redacted]");
  EXPECT_EQ(failure.understood, host::Understood::Yes);
  EXPECT_FALSE(failure.local_code.has_value());
}

TEST_F(ReportedFailureTest, LongWordsAreCut) {
  scripted_client_.answer({Step::head(500), Step::end()});
  FailureOptions reported;
  reported.message = std::string(5'000'000, 'x');
  EXPECT_LE(report(reported).message.size(), 2048U + 3U);
}

TEST_F(ReportedFailureTest, UnknownNumbersAreThePluginsFailure) {
  for (const std::uint32_t category : {0U, 13U, 14U, 4'000'000'000U}) {
    scripted_client_.answer({Step::head(500), Step::end()});
    FailureOptions reported;
    reported.category = category;
    reported.billed = 77;
    reported.http_status = 123'456;
    reported.retry_after_ms = UINT64_MAX;
    const host::Failure failure = report(reported);
    EXPECT_EQ(failure.category, Category::Plugin);
    EXPECT_EQ(failure.billed, Billed::Unknown);
    EXPECT_EQ(failure.http_status, 0U);
    EXPECT_EQ(failure.retry_after, std::chrono::hours(24));
  }
}

TEST_F(ReportedFailureTest, HostKnowsBetterThatNothingWasSent) {
  scripted_client_.answer({Step::fail(net::NetFailureKind::Connect, false)});
  FailureOptions reported;
  reported.category = PATCHBAY_ERR_NETWORK;
  reported.message = "the adapter's words";
  const host::Failure failure = report(reported);
  EXPECT_EQ(failure.category, Category::Network);
  EXPECT_EQ(failure.billed, Billed::No);
  EXPECT_EQ(failure.message, "scripted failure");
}

TEST_F(ReportedFailureTest, HostKnowsBetterThatTheAnswerWasTooLarge) {
  scripted_client_.answer({Step::head(200), Step::fail(net::NetFailureKind::TooLarge, true)});
  FailureOptions reported;
  reported.category = PATCHBAY_ERR_NETWORK;
  const host::Failure failure = report(reported);
  EXPECT_EQ(failure.category, Category::Protocol);
  EXPECT_EQ(failure.billed, Billed::Unknown);
}

TEST_F(ReportedFailureTest, WhatWasSentBeforeMayBeBilledThoughTheLastExchangeWasNot) {
  scripted_client_.answer({Step::head(200), Step::end()});
  scripted_client_.answer({Step::fail(net::NetFailureKind::Connect, false)});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.http(session.awaited = 1, "/a");
    if (input.kind == PATCHBAY_IN_HTTP_END) session.http(session.awaited = 2, "/b");
    FailureOptions reported;
    reported.category = PATCHBAY_ERR_NETWORK;
    if (input.kind == PATCHBAY_IN_HTTP_FAIL) session.error(reported);
  });
  EXPECT_EQ(run_failing().billed, Billed::Unknown);
}

TEST_F(ReportedFailureTest, WhatWasNeverSentIsNotBilledWhateverTheAdapterSays) {
  script([](ScriptedSession& session, const patchbay_input&) {
    FailureOptions reported;
    reported.category = PATCHBAY_ERR_UPSTREAM;
    reported.billed = PATCHBAY_BILLED_YES;
    session.error(reported);
  });
  EXPECT_EQ(run_failing().billed, Billed::No);
}

TEST_F(ReportedFailureTest, TimeoutsAndPrivateAddressesKeepTheirCode) {
  FailureOptions reported;
  reported.category = PATCHBAY_ERR_NETWORK;
  scripted_client_.answer({Step::fail(net::NetFailureKind::Timeout, true)});
  EXPECT_EQ(report(reported).local_code, ErrorCode::Timeout);
  scripted_client_.answer({Step::fail(net::NetFailureKind::Policy, false)});
  EXPECT_EQ(report(reported).local_code, ErrorCode::Network);
}

TEST_F(ReportedFailureTest, WordsOfTheProviderWinOverABrokenConnection) {
  scripted_client_.answer({Step::head(400), Step::fail(net::NetFailureKind::Broken, true)});
  FailureOptions reported;
  reported.category = PATCHBAY_ERR_BAD_REQUEST;
  reported.understood = 1;
  reported.message = "no such size";
  EXPECT_EQ(report(reported).category, Category::BadRequest);
}

TEST_F(ReportedFailureTest, AFailureThatWasOvercomeIsForgotten) {
  scripted_client_.answer({Step::fail(net::NetFailureKind::Connect, false)});
  scripted_client_.answer({Step::head(500), Step::end()});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.http(session.awaited = 1, "/a");
    if (input.kind == PATCHBAY_IN_HTTP_FAIL) session.http(session.awaited = 2, "/b");
    if (input.kind != PATCHBAY_IN_HTTP_END) return;
    FailureOptions reported;
    reported.category = PATCHBAY_ERR_PROTOCOL;
    reported.message = "not the answer I know";
    session.error(reported);
  });
  const host::Failure failure = run_failing();
  EXPECT_EQ(failure.category, Category::Protocol);
  EXPECT_EQ(failure.message, "not the answer I know");
}

TEST_F(ReportedFailureTest, RefusalOfTheHostIsNamedWhateverTheAdapterMakesOfIt) {
  credential_.clear();
  FailureOptions reported;
  reported.category = PATCHBAY_ERR_BAD_REQUEST;
  const host::Failure failure = report(reported);
  EXPECT_EQ(failure.local_code, ErrorCode::NotConfigured);
  EXPECT_EQ(failure.category, Category::AuthConfig);
  EXPECT_EQ(failure.billed, Billed::No);
  EXPECT_THAT(failure.message, HasSubstr("needs a key for this, and has none"));
  EXPECT_TRUE(scripted_client_.seen.empty()) << "it was sent bare";
}

TEST_F(ReportedFailureTest, AuthTypeThatTheAdapterDoesNotKnow) {
  candidate_.provider.auth_type = "oauth";
  const host::Failure failure = report({});
  EXPECT_EQ(failure.local_code, ErrorCode::NotConfigured);
  EXPECT_THAT(failure.message, HasSubstr("its adapter knows bearer"));
}

}  // namespace
}  // namespace patchbay::testing
