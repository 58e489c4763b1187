// The host of the checks finds what it is meant to find, in a module made of functions right here.
#include "host/check/session_player.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::check {
namespace {

// Waits a while, asks, and passes on what comes.
struct Script {
  std::uint32_t kind = 0;  // of the last input
  bool told = true;        // what the last input gives
  bool idle = true;
  patchbay_http_request request{};
  patchbay_part part{};
  std::uint64_t delay_ms = 5;
};
Script* script_of(patchbay_session* session) {
  return reinterpret_cast<Script*>(session);
}

patchbay_status open_script(std::uint32_t,
                            const patchbay_host*,
                            const patchbay_request*,
                            patchbay_session** out,
                            patchbay_err*) noexcept {
  *out = reinterpret_cast<patchbay_session*>(new Script());
  return PATCHBAY_OK;
}
patchbay_status feed_script(patchbay_session* session,
                            const patchbay_input* input,
                            patchbay_err*) noexcept {
  Script& script = *script_of(session);
  if (script.kind == PATCHBAY_IN_HTTP_END) return PATCHBAY_OK;
  if (!script.idle) return PATCHBAY_E_STATE;
  script.idle = false;
  script.kind = input->kind;
  script.told = input->kind == PATCHBAY_IN_HTTP_HEAD;
  if (input->kind == PATCHBAY_IN_HTTP_DATA)
    script.part.data = *static_cast<const patchbay_bytes*>(input->payload);
  return PATCHBAY_OK;
}
patchbay_status next_script(patchbay_session* session,
                            patchbay_action* out,
                            patchbay_err*) noexcept {
  Script& script = *script_of(session);
  const auto act = [&](std::uint32_t kind, std::uint64_t id, const void* payload) {
    out->kind = kind;
    out->id = id;
    out->payload = payload;
    return PATCHBAY_OK;
  };
  if (script.kind == PATCHBAY_IN_HTTP_END) return act(PATCHBAY_ACT_DONE, 0, nullptr);
  const bool waits = script.kind == PATCHBAY_IN_START;
  script.idle = script.told;
  if (script.told) return act(PATCHBAY_ACT_IDLE, waits ? 7 : 8, nullptr);
  script.told = true;
  if (waits) return act(PATCHBAY_ACT_WAIT, 7, &script.delay_ms);
  if (script.kind == PATCHBAY_IN_TIMER) {
    script.request.struct_size = sizeof script.request;
    return act(PATCHBAY_ACT_HTTP, 8, &script.request);
  }
  script.part.struct_size = sizeof script.part;
  script.part.kind = PATCHBAY_PART_TEXT;
  script.part.flags = PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST;
  return act(PATCHBAY_ACT_PART, 0, &script.part);
}
void close_script(patchbay_session* session) noexcept {
  delete script_of(session);
}
const void* no_extension(const char*) noexcept {
  return nullptr;
}
constexpr patchbay_module module = {sizeof(patchbay_module),
                                    PATCHBAY_ABI_MINOR,
                                    0,
                                    1,
                                    open_script,
                                    feed_script,
                                    next_script,
                                    close_script,
                                    no_extension};

TEST(PlayerTest, LetsTimePassAndHandsTheAnswerOver) {
  const Transcript seen = play(module, Question{}, {{200, {}, "words"}});
  EXPECT_EQ(seen.ending, Ending::Done) << seen.text();
  EXPECT_TRUE(seen.violations.empty()) << seen.text();
  EXPECT_EQ(seen.parts.at(0).data, "words");
}

TEST(PlayerTest, SeesTwoPartsOfOneIndex) {
  Play how;
  how.chunk_size = [] { return std::size_t{3}; };
  const Transcript seen = play(module, Question{}, {{200, {}, "words"}}, how);
  ASSERT_FALSE(seen.violations.empty());
  EXPECT_EQ(seen.violations.front().rule, Rule::Action);
}

TEST(PlayerTest, GoesStepByStepAndStopsAnywhere) {
  const Question question;
  const std::vector<Reply> replies{{200, {}, "words"}};
  const Play how;
  for (int steps = 0; steps < 6; ++steps) {
    SessionPlayer player(module, question, replies, how);
    for (int step = 0; step < steps; ++step) (void)player.step();
    EXPECT_EQ(player.is_open(), steps < 5) << steps;
  }
}

TEST(PlayerTest, EndsWithoutAnEndingWhereNoReplyIsLeft) {
  const Transcript seen = play(module, Question{}, {});
  EXPECT_EQ(seen.ending, Ending::None);
  EXPECT_EQ(seen.requests.size(), 1U);
}

TEST(PlacedStructTest, HasTheSizeOfTheHostThatItStandsFor) {
  for (const Room room : {Room::Exact, Room::Guarded, Room::Larger}) {
    PlacedStruct<patchbay_action> action(room, {});
    action.poison();
    EXPECT_EQ(action->struct_size >= sizeof(patchbay_action), true);
    EXPECT_EQ(action->struct_size > sizeof(patchbay_action), room == Room::Larger);
    EXPECT_EQ(action->kind, 0xA5A5A5A5U);
  }
}

}  // namespace
}  // namespace patchbay::check
