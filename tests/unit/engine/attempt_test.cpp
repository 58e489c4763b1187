// How attempts run and end: exchanges, timers, deadlines, limits.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gmock/gmock.h>

namespace patchbay::testing {
namespace {

using host::Billed;
using host::Category;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AttemptTest : public EngineTest {
 protected:
  std::chrono::steady_clock::time_point write_until_;
};

TEST_F(AttemptTest, PassesAnAnswerOnAsItCame) {
  scripted_client_.answer(
      {Step::head(200), Step::bytes("first "), Step::bytes("second"), Step::end()});
  script(pass_image_through);
  const host::AttemptOutcome outcome = run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(sink_.parts.at(0).data, "first second");
  EXPECT_EQ(sink_.parts.at(0).end->disposition, host::Disposition::Final);
  EXPECT_EQ(outcome.bytes_received, 12U);
  EXPECT_EQ(outcome.bytes_sent, 2U);
  EXPECT_TRUE(outcome.latency_first.has_value());
}

TEST_F(AttemptTest, SendsWithTheCredentialAttachedLast) {
  scripted_client_.answer({Step::head(200), Step::bytes("x"), Step::end()});
  script(pass_image_through);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(scripted_client_.seen.size(), 1U);
  const SeenRequest& seen = scripted_client_.seen.front();
  EXPECT_EQ(seen.url, "https://api.example.test/v1/images");
  EXPECT_EQ(seen.credential, "authorization: Bearer " + std::string(test_key));
  EXPECT_EQ(seen.body, "{}");
  EXPECT_LE(seen.deadline, deadline_);
}

TEST_F(AttemptTest, AdapterSeesTheRequestAndNoKey) {
  request_.operation = host::Operation::Verify;
  request_.params.emplace_back("seed", "4");
  candidate_.provider.settings = {{"region", "eu"}, {"allow_private", "1"}};
  manifest().setting_names = {"region"};
  std::string prompt;
  std::vector<std::string> settings;
  script([&](ScriptedSession& session, const patchbay_input&) {
    const patchbay_request& request = *session.request;
    EXPECT_EQ(request.struct_size, sizeof(patchbay_request));
    EXPECT_EQ(request.operation, std::uint32_t{PATCHBAY_OP_VERIFY});
    EXPECT_EQ(std::string_view(request.auth_type.ptr, request.auth_type.len), "bearer");
    EXPECT_EQ(request.model.len, 0U) << "VERIFY has no model";
    EXPECT_EQ(request.random, 7U);
    EXPECT_EQ(request.param_count, 1U);
    const patchbay_str& text = request.messages[0]->parts[0]->text;
    prompt.assign(text.ptr, text.len);
    for (std::uint64_t i = 0; i < request.setting_count; ++i)
      settings.emplace_back(request.settings[i].key.ptr, request.settings[i].key.len);
    session.done();
  });
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(prompt, "a banana");
  EXPECT_THAT(settings, ElementsAre("region"));
}

TEST_F(AttemptTest, ReportsUsageMetaAndModels) {
  request_.operation = host::Operation::Models;
  script([](ScriptedSession& session, const patchbay_input&) {
    session.usage({sizeof(patchbay_usage), PATCHBAY_USAGE_TOTAL_TOKENS, 0, 0, 11, 0, 0});
    session.usage({sizeof(patchbay_usage), PATCHBAY_USAGE_TOTAL_TOKENS, 0, 0, 12, 0, 0});
    for (int i = 0; i < 70; ++i) session.meta("n" + std::to_string(i), "id\n1");
    session.model("m-1", PATCHBAY_MODEL_IMAGES);
    session.done();
  });
  const host::AttemptOutcome outcome = run();
  EXPECT_EQ(outcome.usage.total_tokens, 12U);
  EXPECT_FALSE(outcome.usage.input_tokens.has_value());
  ASSERT_EQ(outcome.meta.size(), 64U);
  EXPECT_EQ(outcome.meta[0].second, "id 1");
  ASSERT_EQ(sink_.models.size(), 1U);
  EXPECT_TRUE(sink_.models[0].draws);
  EXPECT_FALSE(sink_.models[0].chats);
}

TEST_F(AttemptTest, WaitsForATimer) {
  request_.operation = host::Operation::Verify;
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.wait(9, 5);
    session.awaited = 9;
    if (input.kind == PATCHBAY_IN_TIMER) session.done();
  });
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(adapter_script().inputs, ElementsAre(PATCHBAY_IN_START, PATCHBAY_IN_TIMER));
}

// Two exchanges at once; the adapter reads the second first.
TEST_F(AttemptTest, PausesTheExchangeThatIsNotAwaited) {
  scripted_client_.answer({Step::head(200), Step::bytes("a1"), Step::bytes("a2"), Step::end()});
  scripted_client_.answer({Step::head(200), Step::bytes("b1"), Step::bytes("b2"), Step::end()});
  std::string order;
  script([&order](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) {
      session.http(1, "/a");
      session.http(2, "/b");
      session.awaited = 2;
    }
    if (input.kind == PATCHBAY_IN_HTTP_DATA) {
      const auto& bytes = *static_cast<const patchbay_bytes*>(input.payload);
      order.append(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
    }
    if (input.kind == PATCHBAY_IN_HTTP_END && input.id == 2) session.awaited = 1;
    if (input.kind == PATCHBAY_IN_HTTP_END && input.id == 1) {
      session.text("fine", 0);
      PartOptions second;
      second.index = 1;
      session.part("image", second);
      session.done();
    }
  });
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(order, "b1b2a1a2");
  EXPECT_EQ(scripted_client_.pause_count, 1) << "the other one went on";
}

TEST_F(AttemptTest, SwitchesBetweenExchangesChunkByChunk) {
  for (const char* name : {"a", "b"}) {
    std::vector<Step> steps{Step::head(200)};
    for (int i = 0; i < 5; ++i) steps.push_back(Step::bytes(name + std::to_string(i)));
    steps.push_back(Step::end());
    scripted_client_.answer(steps);
  }
  std::string order;
  script([&order](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) {
      session.http(1, "/a");
      session.http(2, "/b");
      session.awaited = 1;
      return;
    }
    const std::uint64_t other = 3 - input.id;
    if (input.kind == PATCHBAY_IN_HTTP_DATA) {
      const auto& bytes = *static_cast<const patchbay_bytes*>(input.payload);
      order.append(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
      session.awaited = other;
    }
    if (input.kind == PATCHBAY_IN_HTTP_END && input.id == 1) session.awaited = 2;
    if (input.kind == PATCHBAY_IN_HTTP_END && input.id == 2) {
      session.part("image");
      session.done();
    }
  });
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(order, "a0b0a1b1a2b2a3b3a4b4");
}

TEST_F(AttemptTest, GivesUpAnExchangeThatTheAdapterDrops) {
  request_.operation = host::Operation::Verify;
  scripted_client_.answer({Step::head(200), Step::bytes("a1"), Step::hang()});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.http(1, "/a");
    session.awaited = 1;
    if (input.kind == PATCHBAY_IN_HTTP_DATA) {
      session.abort_http(1);
      session.done();
    }
  });
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(scripted_client_.cancelled.size(), 1U);
}

TEST_F(AttemptTest, DroppingItSaysNothingAndAbortsUpstream) {
  script(pass_image_through);
  start();
  later([this] {
    attempt_.reset();
    loop_.stop();
  });
  loop_.run();
  EXPECT_FALSE(outcome_.has_value());
  EXPECT_EQ(scripted_client_.cancelled.size(), 1U);
}

TEST_F(AttemptTest, DroppingItBetweenItsEndAndTheWordSaysNothing) {
  request_.operation = host::Operation::Verify;
  script([](ScriptedSession& session, const patchbay_input&) { session.done(); });
  start();
  attempt_.reset();
  later([this] { loop_.stop(); });
  loop_.run();
  EXPECT_FALSE(outcome_.has_value());
}

TEST_F(AttemptTest, EndsAtItsDeadline) {
  deadline_ = std::chrono::milliseconds(40);
  script(pass_image_through);
  const auto before = clock_.steady();
  const host::Failure failure = run_failing();
  EXPECT_LT(clock_.steady() - before, deadline_ + std::chrono::seconds(1));
  EXPECT_EQ(failure.category, Category::Network);
  EXPECT_EQ(failure.local_code, ErrorCode::Timeout);
  EXPECT_EQ(failure.billed, Billed::Unknown);
  EXPECT_THAT(failure.message, HasSubstr("did not finish within 0.0 s"));
  EXPECT_EQ(adapter_script().inputs.back(), std::uint32_t{PATCHBAY_IN_CANCEL});
  EXPECT_EQ(scripted_client_.cancelled.size(), 1U);
}

TEST_F(AttemptTest, EndsAtItsDeadlineThoughTheAdapterNeverRests) {
  deadline_ = std::chrono::milliseconds(50);
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind != PATCHBAY_IN_START) return;
    for (std::uint32_t i = 0; i < 2'000; ++i) session.text("x", i);
  });
  sink_.on_write = [this] {
    while (clock_.steady() < write_until_) continue;
    write_until_ += std::chrono::milliseconds(1);
  };
  write_until_ = clock_.steady();
  const auto before = clock_.steady();
  EXPECT_EQ(run_failing().local_code, ErrorCode::Timeout);
  EXPECT_LT(clock_.steady() - before, deadline_ + std::chrono::seconds(1));
}

TEST_F(AttemptTest, DeadlineWithNothingSentIsNotBilled) {
  deadline_ = std::chrono::milliseconds(20);
  scripted_client_.read_bodies = false;
  script(pass_image_through);
  EXPECT_EQ(run_failing().billed, Billed::No);
}

TEST_F(AttemptTest, SinkFailureEndsTheAttempt) {
  scripted_client_.answer({Step::head(200), Step::bytes("x"), Step::bytes("y"), Step::end()});
  sink_.write_error = Error{ErrorCode::Output, "cannot write p.png: No space left", {}, {}};
  script(pass_image_through);
  const host::Failure failure = run_failing();
  EXPECT_EQ(failure.local_code, ErrorCode::Output);
  EXPECT_EQ(failure.category, Category::NoOutput);
  EXPECT_EQ(failure.billed, Billed::Yes);
  EXPECT_THAT(failure.message, HasSubstr("No space left"));
  EXPECT_EQ(scripted_client_.cancelled.size(), 1U);
}

TEST_F(AttemptTest, ImageWithoutImageKeepsTheWords) {
  static const std::string words = [] {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "ä";
    return text;
  }();
  scripted_client_.answer({Step::head(200), Step::end()});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.http(1, "/a");
    session.awaited = 1;
    if (input.kind != PATCHBAY_IN_HTTP_END) return;
    session.text(words, 0);
    PartOptions thought;
    thought.index = 1;
    thought.disposition = PATCHBAY_PART_THOUGHT;
    session.part("a sketch", thought);
    session.done();
  });
  const host::Failure failure = run_failing();
  EXPECT_EQ(failure.category, Category::NoOutput);
  EXPECT_THAT(failure.message, HasSubstr("without an image; it said: "));
  EXPECT_THAT(failure.message, HasSubstr(words.substr(0, 600)));
  EXPECT_THAT(failure.message, Not(HasSubstr(words.substr(0, 602))));
}

TEST_F(AttemptTest, BadBase64IsAProtocolFailure) {
  scripted_client_.answer({Step::head(200), Step::bytes("QUJD*"), Step::end()});
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.http(1, "/a");
    session.awaited = 1;
    if (input.kind != PATCHBAY_IN_HTTP_DATA) return;
    const auto& bytes = *static_cast<const patchbay_bytes*>(input.payload);
    PartOptions options;
    options.encoding = PATCHBAY_ENCODING_BASE64;
    session.part(std::span(bytes.ptr, bytes.len), options);
  });
  EXPECT_EQ(run_failing().category, Category::Protocol);
}

TEST_F(AttemptTest, TextBeyondTheLimitIsAProtocolFailure) {
  limits_.text_size_max = 10;
  request_.operation = host::Operation::Chat;
  script([](ScriptedSession& session, const patchbay_input&) {
    session.text("0123456789", 0);
    session.text("x", 1);
    session.done();
  });
  const host::Failure failure = run_failing();
  EXPECT_EQ(failure.category, Category::Protocol);
  EXPECT_THAT(failure.message, HasSubstr("more than 10 bytes of text"));
}

TEST_F(AttemptTest, TextAtTheLimitPasses) {
  limits_.text_size_max = 10;
  request_.operation = host::Operation::Chat;
  script([](ScriptedSession& session, const patchbay_input&) {
    session.text("0123456789", 0);
    session.done();
  });
  EXPECT_TRUE(run().ok());
}

TEST_F(AttemptTest, PartNumberBeyondTheLimitIsAProtocolFailure) {
  script([](ScriptedSession& session, const patchbay_input&) {
    PartOptions options;
    options.index = 100'000;
    session.part("x", options);
  });
  EXPECT_EQ(run_failing().category, Category::Protocol);
}

}  // namespace
}  // namespace patchbay::testing
