// Cancelling at each phase of an attempt.
#include "tests/unit/engine/engine_fixture.hpp"

namespace patchbay::testing {
namespace {

using host::Billed;
using host::Category;

class CancelTest : public EngineTest {
 protected:
  host::Failure cancel_after(int rounds) {
    start();
    later([this] { attempt_->cancel(); }, rounds);
    const host::AttemptOutcome outcome = wait();
    EXPECT_FALSE(outcome.ok());
    EXPECT_EQ(adapter_script().inputs.back(), std::uint32_t{PATCHBAY_IN_CANCEL});
    return outcome.failure.value_or(host::Failure{});
  }
};

TEST_F(CancelTest, BeforeAnythingIsAnswered) {
  scripted_client_.read_bodies = false;
  script(pass_image_through);
  const host::Failure failure = cancel_after(0);
  EXPECT_EQ(failure.category, Category::Cancelled);
  EXPECT_EQ(failure.billed, Billed::No);
  EXPECT_EQ(scripted_client_.cancelled.size(), 1U);
}

TEST_F(CancelTest, WhileTheAnswerIsAwaited) {
  script(pass_image_through);
  EXPECT_EQ(cancel_after(20).billed, Billed::Unknown);
  EXPECT_EQ(scripted_client_.cancelled.size(), 1U);
}

TEST_F(CancelTest, WithinTheBody) {
  scripted_client_.answer({Step::head(200), Step::bytes("half"), Step::hang()});
  script(pass_image_through);
  EXPECT_EQ(cancel_after(20).billed, Billed::Yes);
  EXPECT_EQ(sink_.parts.at(0).data, "half");
  EXPECT_FALSE(sink_.parts.at(0).end.has_value());
}

TEST_F(CancelTest, WhileATimerRuns) {
  script([](ScriptedSession& session, const patchbay_input& input) {
    if (input.kind == PATCHBAY_IN_START) session.wait(1, 60'000);
    session.awaited = 1;
  });
  EXPECT_EQ(cancel_after(20).billed, Billed::No);
}

TEST_F(CancelTest, FromWithinTheSink) {
  scripted_client_.answer({Step::head(200), Step::bytes("x"), Step::bytes("y"), Step::end()});
  sink_.on_write = [this] { attempt_->cancel(); };
  script(pass_image_through);
  EXPECT_EQ(run_failing().category, Category::Cancelled);
  EXPECT_EQ(sink_.parts.at(0).data, "x");
}

TEST_F(CancelTest, TwiceIsOnce) {
  script(pass_image_through);
  start();
  attempt_->cancel();
  attempt_->cancel();
  EXPECT_EQ(wait().failure->category, Category::Cancelled);
}

}  // namespace
}  // namespace patchbay::testing
