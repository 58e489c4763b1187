// Level 7: answers that are nearly right.
#include "core/base/text.hpp"
#include "core/media/random.hpp"
#include "host/check/checks.hpp"

#include <algorithm>
#include <string>

namespace patchbay::check {
namespace {

constexpr std::size_t body_size_max = std::size_t{256} << 10U;  // of an answer that is mutated

std::size_t place_in(const std::string& text, media::Random& random) {
  return text.empty() ? 0 : static_cast<std::size_t>(random.below(text.size()));
}

void mutate_once(std::string& body, const std::string& other, media::Random& random) {
  const std::size_t at = place_in(body, random);
  const std::size_t size = 1 + static_cast<std::size_t>(random.below(64));
  switch (random.below(7)) {
    case 0:
      if (!body.empty()) body[at] = static_cast<char>(random.next());
      return;
    case 1:
      if (!body.empty()) body[at] = static_cast<char>(body[at] ^ (1 << random.below(8)));
      return;
    case 2: body.erase(at, size); return;
    case 3: body.insert(at, body.substr(place_in(body, random), size)); return;
    case 4: body.insert(at, 1, "\"\\{}[],:\n\0\xff"[random.below(12)]); return;
    case 5: body.resize(at); return;
    default: body.insert(at, other.substr(place_in(other, random), size)); return;
  }
}

// The same for the same state of `random`.
Scene mutated(const std::vector<Scene>& scenes, media::Random& random) {
  Scene scene = scenes[static_cast<std::size_t>(random.below(scenes.size()))];
  if (scene.replies.empty()) scene.replies.push_back({});
  const auto& others = scenes[static_cast<std::size_t>(random.below(scenes.size()))].replies;
  const std::string other = others.empty() ? "{}" : others.back().body;
  Reply& reply = scene.replies[static_cast<std::size_t>(random.below(scene.replies.size()))];
  const std::uint64_t count = 1 + random.below(4);
  for (std::uint64_t i = 0; i < count; ++i) mutate_once(reply.body, other, random);
  if (random.below(8) == 0) reply.status = static_cast<std::uint32_t>(100 + random.below(500));
  return scene;
}

std::string complaint_about(const Transcript& seen) {
  for (const Violation& violation : seen.violations) return violation.what;
  if (seen.ending == Ending::Broken) return "it breaks: " + seen.failure.message;
  const bool failed_itself =
      seen.ending == Ending::Failed && seen.failure.category == PATCHBAY_ERR_PLUGIN;
  return failed_itself ? "it failed itself: " + seen.failure.message : "";
}

}  // namespace

Finding check_fuzz(Subject& subject) {
  auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  std::erase_if(scenes.value(), [&](const Scene& scene) {
    if (!asks_a_provider(subject, scene.question)) return true;
    return std::any_of(scene.replies.begin(), scene.replies.end(), [](const Reply& reply) {
      return reply.body.size() > body_size_max;
    });
  });
  if (scenes.value().empty()) return {Verdict::Pass, "there is no answer to vary"};
  for (unsigned round = 0; round < subject.fuzz_rounds(); ++round) {
    const std::string where =
        "seed " + std::to_string(subject.seed()) + ", round " + std::to_string(round);
    media::Random random(subject.seed() * 1'000'003U + round);
    const Scene scene = mutated(scenes.value(), random);
    subject.about_to(where + ": " + scene.name);
    Play how;
    how.chunk_size = [&random] { return 1 + static_cast<std::size_t>(random.below(200)); };
    how.repeats_max = 4;
    const std::string complaint =
        complaint_about(play(subject.loaded(), scene.question, scene.replies, how));
    if (!complaint.empty())
      return failed(where + ": " + scene.name + ": " + printable(shortened(complaint, 200)));
  }
  return {
      Verdict::Pass,
      std::to_string(subject.fuzz_rounds()) + " rounds, seed " + std::to_string(subject.seed())};
}

}  // namespace patchbay::check
