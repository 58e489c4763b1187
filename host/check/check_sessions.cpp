// Level 3: the order of calls, whatever the answers are.
#include "core/base/text.hpp"
#include "host/check/checks.hpp"
#include "host/check/heap.hpp"

#include <algorithm>
#include <functional>
#include <thread>

namespace patchbay::check {
namespace {

constexpr std::size_t steps_max = 400;  // of one session that is stopped at each of them

// Small enough to stop within a body, large enough for bodies of any size.
Play stepwise(const Scene& scene) {
  std::size_t size = 0;
  for (const Reply& reply : scene.replies) size = std::max(size, reply.body.size());
  Play how;
  how.chunk_size = [piece = std::max<std::size_t>(1, size / 24)] { return piece; };
  return how;
}

// What one rule says about every scene.
Finding without(Subject& subject, Rule rule) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name);
    const Transcript seen = play(subject.loaded(), scene.question, scene.replies, stepwise(scene));
    for (const Violation& violation : seen.violations)
      if (violation.rule == rule)
        return failed(scene.name + ": " + printable(shortened(violation.what, 300)));
  }
  return {};
}

// Plays a scene up to each of its steps and hands the session over there.
using AtStep = std::function<std::string(SessionPlayer& player)>;
Finding at_every_step(Subject& subject, const char* verb, const AtStep& look) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (const Scene& scene : scenes.value()) {
    if (!settled(subject, scene)) continue;
    const Play how = stepwise(scene);
    bool goes_on = true;
    for (std::size_t steps = 0; goes_on && steps < steps_max; ++steps) {
      const std::string where =
          std::string(verb) + " after step " + std::to_string(steps) + " of " + scene.name;
      subject.about_to(where);
      SessionPlayer player(subject.loaded(), scene.question, scene.replies, how);
      for (std::size_t step = 0; goes_on && step < steps; ++step) goes_on = player.step();
      if (!goes_on && !player.is_open()) break;
      const std::string complaint = look(player);
      if (!complaint.empty()) return failed(where + ": " + complaint);
    }
  }
  return {};
}

std::string same_as(const std::string& alone, Transcript seen, const std::string& name) {
  const std::string text = facts_of(std::move(seen));
  return text == alone ? "" : name + ": " + difference(alone, text);
}

std::string play_side_by_side(Subject& subject, const Scene& one, const Scene& other) {
  const auto one_alone = settled(subject, one);
  const auto other_alone = settled(subject, other);
  if (!one_alone || !other_alone) return {};
  subject.about_to("play " + one.name + " and " + other.name + " side by side");
  Play how;  // not in pieces: that is another check's business
  how.borrowed = Borrowed::Kept;
  SessionPlayer first(subject.loaded(), one.question, one.replies, how);
  SessionPlayer second(subject.loaded(), other.question, other.replies, how);
  bool first_goes_on = true;
  bool second_goes_on = true;
  while (first_goes_on || second_goes_on) {
    first_goes_on = first_goes_on && first.step();
    second_goes_on = second_goes_on && second.step();
  }
  std::string complaint = same_as(*one_alone, first.finish(), one.name);
  if (complaint.empty()) complaint = same_as(*other_alone, second.finish(), other.name);
  return complaint;
}

Play moving_between_threads() {
  Play how;
  how.borrowed = Borrowed::Kept;
  how.caller = [](const std::function<void()>& call) { std::thread(call).join(); };
  return how;
}

std::string play_at_once(const Subject& subject, const Scene& scene, const std::string& alone) {
  constexpr std::size_t thread_count = 4;
  std::vector<std::string> seen(thread_count);
  std::vector<std::thread> threads;
  for (std::string& text : seen)
    threads.emplace_back([&] {
      for (int round = 0; round < 3 && (text.empty() || text == alone); ++round)
        text = facts_of(played(subject, scene));
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : seen)
    if (text != alone) return scene.name + ": " + difference(alone, text);
  return {};
}

Question question_with(const Question& base, std::vector<InputMessage> messages) {
  Question question = base;
  question.messages = std::move(messages);
  return question;
}

InputMessage says(std::uint32_t role, std::string text) {
  return {role, {{PATCHBAY_PART_TEXT, std::move(text), ""}}};
}

std::vector<std::pair<std::string, Question>> strange_questions(const Question& base) {
  const std::string png = "\x89PNG\r\n\x1a\n";
  std::vector<std::pair<std::string, Question>> out;
  const auto add = [&](const char* what, std::vector<InputMessage> messages) {
    out.emplace_back(what, question_with(base, std::move(messages)));
  };
  add("no message", {});
  add("a message without parts", {{PATCHBAY_ROLE_USER, {}}});
  add("an empty text", {says(PATCHBAY_ROLE_USER, "")});
  add("a system message alone", {says(PATCHBAY_ROLE_SYSTEM, "be brief")});
  add("an assistant that speaks first", {says(PATCHBAY_ROLE_ASSISTANT, "hello")});
  add("64 messages", std::vector<InputMessage>(64, says(PATCHBAY_ROLE_USER, "again")));
  add("a text of 1 MiB", {says(PATCHBAY_ROLE_USER, std::string(std::size_t{1} << 20U, 'a'))});
  add("control characters", {says(PATCHBAY_ROLE_USER, std::string("a\0b\r\n\x1b[31m\x7f", 11))});
  add("text that is not UTF-8", {says(PATCHBAY_ROLE_USER, "\xff\xfe\xc0\x80")});
  add("an image of no bytes", {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_IMAGE, "", "image/png"}}}});
  add("an image alone", {{PATCHBAY_ROLE_USER, {{PATCHBAY_PART_IMAGE, png, "image/png"}}}});
  add("state that belongs to nothing",
      {{PATCHBAY_ROLE_ASSISTANT, {{PATCHBAY_PART_STATE, "opaque", ""}}}});
  Question odd = base;
  odd.params = {{"size", "0x0"},
                {"count", "-1"},
                {"seed", "abc"},
                {"stream", "2"},
                {"aspect_ratio", ":"},
                {"resolution", "9K"},
                {"temperature", "hot"},
                {"", ""}};
  out.emplace_back("parameters that mean nothing", odd);
  for (const char* const model : {"", "a b/c?d#e", "../../..", "\xc3\xa9", "%00"}) {
    odd = base;
    odd.model = model;
    out.emplace_back("the model '" + printable(model) + "'", odd);
  }
  return out;
}

}  // namespace

Finding check_actions(Subject& subject) {
  return without(subject, Rule::Action);
}
Finding check_rest(Subject& subject) {
  return without(subject, Rule::Rest);
}
Finding check_turns(Subject& subject) {
  return without(subject, Rule::Turn);
}
Finding check_end(Subject& subject) {
  return without(subject, Rule::AfterEnd);
}

Finding check_close(Subject& subject) {
  return at_every_step(subject, "close", [](SessionPlayer&) { return std::string(); });
}

Finding check_cancel(Subject& subject) {
  return at_every_step(subject, "cancel", [](SessionPlayer& player) -> std::string {
    player.cancel();
    const Transcript seen = player.finish();
    if (seen.ending == Ending::Broken)
      return "it breaks: " + printable(shortened(seen.failure.message, 200));
    if (seen.ending == Ending::None) return "it does not end";
    const bool blames_itself =
        seen.ending == Ending::Failed && seen.failure.category == PATCHBAY_ERR_PLUGIN;
    return blames_itself ? "it says that it failed itself" : "";
  });
}

Finding check_leaks(Subject& subject) {
  if (!heap_is_countable()) return skipped("the heap of a build with sanitizers is not counted");
  constexpr int rounds = 6;
  constexpr std::uint64_t growth_max = 16;  // bytes of one round
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name + " over and over");
    const Play how = stepwise(scene);
    const auto play_rounds = [&] {
      for (int round = 0; round < rounds; ++round) {
        (void)play(subject.loaded(), scene.question, scene.replies, how);
        SessionPlayer stopped(subject.loaded(), scene.question, scene.replies, how);
        for (int step = 0; step < round && stopped.step(); ++step) {
        }
      }
    };
    play_rounds();
    const std::uint64_t before = heap_in_use();
    play_rounds();
    const std::uint64_t after = heap_in_use();
    if (after >= before + growth_max * rounds)
      return failed(scene.name + ": " + std::to_string((after - before) / rounds) +
                    " bytes of each session are lost");
  }
  return {};
}

Finding check_two_sessions(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  for (std::size_t i = 0; i < scenes.value().size(); ++i) {
    const Scene& one = scenes.value()[i];
    const Scene& other = scenes.value()[(i + 1) % scenes.value().size()];
    std::string complaint = play_side_by_side(subject, one, other);
    if (complaint.empty()) complaint = play_side_by_side(subject, one, one);
    if (!complaint.empty()) return failed(complaint);
  }
  return {};
}

Finding check_threads(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  const Play moving = moving_between_threads();
  for (const Scene& scene : scenes.value()) {
    const auto alone = settled(subject, scene);
    if (!alone) continue;
    subject.about_to("play " + scene.name + " in one thread after the other");
    std::string complaint =
        same_as(*alone, play(subject.loaded(), scene.question, scene.replies, moving), scene.name);
    subject.about_to("play " + scene.name + " in several threads at once");
    if (complaint.empty()) complaint = play_at_once(subject, scene, *alone);
    if (!complaint.empty()) return failed(complaint);
  }
  return {};
}

Finding check_questions(Subject& subject) {
  for (const Question& base : subject.questions())
    for (const auto& [what, question] : strange_questions(base)) {
      const std::string where = subject.name_of(base) + ", asked with " + what;
      subject.about_to(where);
      const Transcript seen = play(subject.loaded(), question, {{200, {}, "{}"}});
      if (seen.ending == Ending::Failed && seen.failure.category == PATCHBAY_ERR_PLUGIN)
        return failed(where +
                      ": it failed itself: " + printable(shortened(seen.failure.message, 200)));
    }
  return {};
}

}  // namespace patchbay::check
