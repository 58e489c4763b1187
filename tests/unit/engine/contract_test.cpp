// Adapters that break their contract, each in its own way: every one ends as a failure of the
// plugin, with words that its author understands.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gmock/gmock.h>

#include <cstring>

namespace patchbay::testing {
namespace {

using ::testing::HasSubstr;

class ContractTest : public EngineTest {
 protected:
  // Runs an adapter that misbehaves at START.
  void expect_broken(const std::function<void(ScriptedSession&)>& at_start, const char* words) {
    script([at_start](ScriptedSession& session, const patchbay_input& input) {
      if (input.kind == PATCHBAY_IN_START) at_start(session);
    });
    const host::Failure failure = run_failing();
    EXPECT_EQ(failure.category, host::Category::Plugin);
    EXPECT_EQ(failure.local_code, ErrorCode::Plugin);
    EXPECT_EQ(failure.understood, host::Understood::No);
    EXPECT_THAT(failure.message, HasSubstr(words));
  }

  static PartOptions part_with(std::uint32_t flags, std::uint32_t index = 0) {
    PartOptions options;
    options.flags = flags;
    options.index = index;
    return options;
  }
};

TEST_F(ContractTest, StallsWithNothingToWaitFor) {
  expect_broken([](ScriptedSession&) {}, "waits for id 0, of which nothing can come");
}

TEST_F(ContractTest, WaitsForAnExchangeThatIsOver) {
  scripted_client_.answer({Step::head(200), Step::end()});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.http(1, "/a");
    session.awaited = 1;
  });
  EXPECT_THAT(run_failing().message, HasSubstr("waits for id 1, of which nothing can come"));
}

TEST_F(ContractTest, UnknownActionFails) {
  expect_broken([](ScriptedSession& session) { session.raw(99, 0, nullptr); },
                "an unknown action, number 99");
}

TEST_F(ContractTest, UnknownActionThatMayBeIgnoredIsSkipped) {
  request_.operation = host::Operation::Verify;
  script([](ScriptedSession& session, const patchbay_input&) {
    session.raw(99U | PATCHBAY_ACT_IGNORABLE, 0, nullptr);
    session.done();
  });
  EXPECT_TRUE(run().ok());
}

TEST_F(ContractTest, IdZeroIsRefused) {
  expect_broken([](ScriptedSession& session) { session.http(0, "/a"); }, "id 0");
  EXPECT_TRUE(scripted_client_.seen.empty());
}

TEST_F(ContractTest, IdUsedTwiceIsRefused) {
  expect_broken(
      [](ScriptedSession& session) {
        session.http(5, "/a");
        session.http(5, "/b");
      },
      "id 5 is used twice");
}

TEST_F(ContractTest, TimerAndExchangeShareTheirIds) {
  expect_broken(
      [](ScriptedSession& session) {
        session.wait(5, 1);
        session.http(5, "/b");
      },
      "id 5 is used twice");
}

TEST_F(ContractTest, IdOfAnEndedExchangeIsNotFreeAgain) {
  scripted_client_.answer({Step::head(200), Step::end()});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START || input.kind == PATCHBAY_IN_HTTP_END)
      session.http(1, "/a");
    session.awaited = 1;
  });
  EXPECT_THAT(run_failing().message, HasSubstr("id 1 is used twice"));
}

TEST_F(ContractTest, GivingUpAnUnusedIdIsRefused) {
  expect_broken([](ScriptedSession& session) { session.abort_http(3); }, "gives up id 3, unused");
}

TEST_F(ContractTest, DoneWithAnOpenPart) {
  expect_broken(
      [](ScriptedSession& session) {
        session.part("x", part_with(PATCHBAY_PART_FIRST, 4));
        session.done();
      },
      "ended with an unfinished part, number 4");
}

TEST_F(ContractTest, PartWithoutFirst) {
  expect_broken([](ScriptedSession& session) { session.part("x", part_with(0)); },
                "part 0 goes on without having begun");
}

TEST_F(ContractTest, PartThatBeginsTwice) {
  expect_broken(
      [](ScriptedSession& session) {
        session.part("x", part_with(PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST));
        session.part("x", part_with(PATCHBAY_PART_FIRST));
      },
      "part 0 begins twice");
}

TEST_F(ContractTest, DataAfterLast) {
  expect_broken(
      [](ScriptedSession& session) {
        session.part("x", part_with(PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST));
        session.part("x", part_with(0));
      },
      "part 0 goes on without having begun");
}

TEST_F(ContractTest, PartOfUnknownKind) {
  expect_broken(
      [](ScriptedSession& session) {
        PartOptions options;
        options.kind = 17;
        session.part("x", options);
      },
      "unknown kind 17");
}

TEST_F(ContractTest, PartThatChangesItsKind) {
  expect_broken(
      [](ScriptedSession& session) {
        session.part("x", part_with(PATCHBAY_PART_FIRST));
        PartOptions options;
        options.kind = PATCHBAY_PART_TEXT;
        options.flags = 0;
        session.part("x", options);
      },
      "changes its kind");
}

TEST_F(ContractTest, UnknownEncodingAndDisposition) {
  expect_broken(
      [](ScriptedSession& session) {
        PartOptions options;
        options.encoding = 2;
        session.part("x", options);
      },
      "unknown encoding");
  expect_broken(
      [](ScriptedSession& session) {
        PartOptions options;
        options.disposition = 3;
        session.part("x", options);
      },
      "unknown disposition");
}

TEST_F(ContractTest, TooManyOpenParts) {
  expect_broken(
      [](ScriptedSession& session) {
        for (std::uint32_t i = 0; i < 65; ++i)
          session.part(std::string_view(), part_with(PATCHBAY_PART_FIRST, i));
      },
      "too many parts are open");
}

TEST_F(ContractTest, EndlessActions) {
  deadline_ = std::chrono::minutes(5);  // a million actions take seconds, on a busy machine many
  adapter_script().on_next = [](patchbay_action* out, patchbay_err*) {
    static const patchbay_usage usage{sizeof(patchbay_usage), 0, 0, 0, 0, 0, 0};
    out->kind = PATCHBAY_ACT_USAGE;
    out->id = 0;
    out->payload = &usage;
    return PATCHBAY_OK;
  };
  expect_broken([](ScriptedSession&) {}, "more than 1000000 actions");
}

TEST_F(ContractTest, NothingWrittenByNext) {
  adapter_script().on_next = [](patchbay_action*, patchbay_err*) { return PATCHBAY_OK; };
  expect_broken([](ScriptedSession&) {}, "next() gave no action");
}

TEST_F(ContractTest, FailureOfNextCarriesItsWords) {
  adapter_script().on_next = [](patchbay_action*, patchbay_err* error) {
    std::strcpy(error->message, "out of\nmarbles");
    return patchbay_status{PATCHBAY_E_INTERNAL};
  };
  expect_broken([](ScriptedSession&) {}, "the adapter failed: out of marbles");
}

TEST_F(ContractTest, FailureOfNextWithoutWords) {
  adapter_script().on_next = [](patchbay_action*, patchbay_err*) {
    return patchbay_status{PATCHBAY_E_INTERNAL};
  };
  expect_broken([](ScriptedSession&) {}, "it gave no reason");
}

TEST_F(ContractTest, PayloadMissing) {
  for (const std::uint32_t kind : {PATCHBAY_ACT_HTTP,
                                   PATCHBAY_ACT_WAIT,
                                   PATCHBAY_ACT_PART,
                                   PATCHBAY_ACT_USAGE,
                                   PATCHBAY_ACT_META,
                                   PATCHBAY_ACT_ERROR,
                                   PATCHBAY_ACT_MODEL})
    expect_broken([kind](ScriptedSession& session) { session.raw(kind, 1, nullptr); },
                  "without payload");
}

TEST_F(ContractTest, PayloadOfAnImpossibleSize) {
  static const patchbay_usage too_small{8, 0, 0, 0, 0, 0, 0};
  expect_broken([](ScriptedSession& session) { session.raw(PATCHBAY_ACT_USAGE, 0, &too_small); },
                "USAGE with a struct_size of 8");
  static const patchbay_usage garbage{0xDEADBEEF, 0, 0, 0, 0, 0, 0};
  expect_broken([](ScriptedSession& session) { session.raw(PATCHBAY_ACT_USAGE, 0, &garbage); },
                "USAGE with a struct_size of 3735928559");
}

TEST_F(ContractTest, NullPointerWithALength) {
  static patchbay_part part{};
  part.struct_size = sizeof(part);
  part.kind = PATCHBAY_PART_TEXT;
  part.flags = PATCHBAY_PART_FIRST;
  part.data.len = 10;
  expect_broken([](ScriptedSession& session) { session.raw(PATCHBAY_ACT_PART, 0, &part); },
                "a part's data is a null pointer");
  static patchbay_http_request request{};
  request.struct_size = sizeof(request);
  request.header_count = 1;
  expect_broken([](ScriptedSession& session) { session.raw(PATCHBAY_ACT_HTTP, 1, &request); },
                "the headers are a null pointer");
}

TEST_F(ContractTest, MoreThanSixtyFourHeaders) {
  expect_broken(
      [](ScriptedSession& session) {
        HttpOptions options;
        for (int i = 0; i < 65; ++i) options.headers.emplace_back("x-" + std::to_string(i), "v");
        session.http(1, "/a", options);
      },
      "65 headers");
}

TEST_F(ContractTest, MoreExchangesThanAllowed) {
  expect_broken(
      [](ScriptedSession& session) {
        for (std::uint64_t id = 1; id <= 65; ++id) session.http(id, "/a");
      },
      "more than 64 exchanges");
}

TEST_F(ContractTest, MoreTimersThanAllowed) {
  expect_broken(
      [](ScriptedSession& session) {
        for (std::uint64_t id = 1; id <= 257; ++id) session.wait(id, 1000);
      },
      "more than 256 timers");
}

TEST_F(ContractTest, ActionsAfterDoneAreIgnored) {
  request_.operation = host::Operation::Verify;
  script([](ScriptedSession& session, const patchbay_input&) {
    session.done();
    session.http(1, "/a");
  });
  EXPECT_TRUE(run().ok());
  EXPECT_TRUE(scripted_client_.seen.empty());
}

TEST_F(ContractTest, RefusalsOfOpenKeepTheirMeaning) {
  const std::vector<std::pair<patchbay_status, ErrorCode>> cases{
      {PATCHBAY_E_ARG, ErrorCode::BadInput},
      {PATCHBAY_E_UNSUPPORTED, ErrorCode::NoAdapter},
      {PATCHBAY_E_NOMEM, ErrorCode::Plugin},
      {PATCHBAY_E_INTERNAL, ErrorCode::Plugin}};
  for (const auto& [status, code] : cases) {
    adapter_script().on_open = [refusal = status](patchbay_err* error) {
      std::strcpy(error->message, "no such size");
      return refusal;
    };
    const host::Failure failure = run_failing();
    EXPECT_EQ(failure.local_code, code);
    EXPECT_EQ(failure.billed, host::Billed::No);
    EXPECT_THAT(failure.message, HasSubstr("no such size"));
  }
}

TEST_F(ContractTest, OpenThatGivesNoSession) {
  adapter_script().on_open = [](patchbay_err*) { return patchbay_status{PATCHBAY_OK}; };
  EXPECT_THAT(run_failing().message, HasSubstr("open() gave no session"));
}

TEST_F(ContractTest, LogLinesAreRedactedNamedAndLimited) {
  request_.operation = host::Operation::Verify;
  script([](ScriptedSession& session, const patchbay_input&) {
    const std::string line = "key is " + std::string(test_key) + "\n";
    for (int i = 0; i < 300; ++i)
      session.host->log(session.host->context, PATCHBAY_LOG_INFO, {line.data(), line.size()});
    session.host->log(session.host->context, PATCHBAY_LOG_INFO, {nullptr, 5});
    session.done();
  });
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(log_lines_.size(), 201U);
  EXPECT_THAT(log_lines_.front(), HasSubstr("test.scripted: key is [redacted]"));
  EXPECT_THAT(log_lines_.back(), HasSubstr("says too much"));
}

}  // namespace
}  // namespace patchbay::testing
