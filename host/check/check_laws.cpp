// Level 5: what must make no difference.
#include "core/base/text.hpp"
#include "core/media/random.hpp"
#include "host/check/checks.hpp"

#include <algorithm>
#include <malloc.h>
#include <memory>
#include <numeric>
#include <thread>

namespace patchbay::check {
namespace {

constexpr std::size_t plays_max = 20'000;  // of one check, shared among the scenes

// The positions within `size` that are tried: all of them, or as many as there is time for.
std::vector<std::size_t> positions(std::size_t size, std::size_t count_max, media::Random& random) {
  std::vector<std::size_t> out;
  if (size <= count_max) {
    out.resize(size);
    std::iota(out.begin(), out.end(), std::size_t{0});
    return out;
  }
  for (std::size_t i = 0; i < count_max; ++i)
    out.push_back(static_cast<std::size_t>(random.below(size)));
  return out;
}

// It has no end of its own to be missed: the host looks into it.
bool is_picture(const Reply& reply) {
  return std::any_of(reply.headers.begin(), reply.headers.end(), [](const auto& header) {
    return header.first == "content-type" && header.second.starts_with("image/");
  });
}

std::size_t longest_body(const Scene& scene) {
  std::size_t size = 0;
  for (const Reply& reply : scene.replies) size = std::max(size, reply.body.size());
  return size;
}

Play cut_once_at(std::size_t position) {
  Play how;
  how.chunk_size = [position, first = true]() mutable {
    return std::exchange(first, false) ? position : std::numeric_limits<std::size_t>::max();
  };
  how.borrowed = Borrowed::Kept;
  return how;
}
Play in_pieces_of(std::size_t size) {
  Play how;
  how.chunk_size = [size] { return size; };
  how.borrowed = Borrowed::Kept;
  return how;
}
Play in_random_pieces(std::uint64_t seed, std::size_t largest) {
  Play how;
  how.chunk_size = [random = media::Random(seed), largest]() mutable {
    return 1 + static_cast<std::size_t>(random.below(largest));
  };
  how.borrowed = Borrowed::Kept;
  return how;
}

// Runs `look` on each scene that settles, with its transcript.
template <typename Look>
Finding with_settled_scenes(Subject& subject, Look look) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  const std::size_t share = std::max<std::size_t>(16, plays_max / scenes.value().size());
  for (const Scene& scene : scenes.value()) {
    const auto alone = settled(subject, scene);
    if (!alone) continue;
    const std::string complaint = look(scene, *alone, share);
    if (!complaint.empty()) return failed(complaint);
  }
  return {};
}

// One play in another way; empty where the answer is the same.
std::string differs(const Subject& subject,
                    const Scene& scene,
                    const std::string& alone,
                    const std::string& way,
                    const Play& how) {
  subject.about_to("play " + scene.name + " " + way);
  const std::string seen = facts_of(play(subject.loaded(), scene.question, scene.replies, how));
  return seen == alone ? "" : scene.name + " " + way + ": " + difference(alone, seen);
}

std::string cut_differently(const Subject& subject,
                            const Scene& scene,
                            const std::string& alone,
                            std::size_t share) {
  if (!asks_a_provider(subject, scene.question)) return {};  // nothing is cut
  media::Random random(subject.seed());
  std::string complaint = differs(subject, scene, alone, "byte by byte", in_pieces_of(1));
  for (const std::size_t size : {2U, 3U, 7U, 61U})
    if (complaint.empty())
      complaint = differs(
          subject, scene, alone, "in pieces of " + std::to_string(size), in_pieces_of(size));
  for (unsigned round = 0; complaint.empty() && round < 20; ++round) {
    const std::uint64_t seed = random.next();
    complaint = differs(subject,
                        scene,
                        alone,
                        "in random pieces " + std::to_string(seed),
                        in_random_pieces(seed, round % 2 == 0 ? 5 : 90));
  }
  for (const std::size_t position : positions(longest_body(scene), share, random)) {
    if (!complaint.empty()) break;
    if (position == 0) continue;
    complaint = differs(
        subject, scene, alone, "cut at byte " + std::to_string(position), cut_once_at(position));
  }
  return complaint;
}

// Fills what is freed and what is allocated with a pattern while it lives.
class DirtyHeap {
 public:
  explicit DirtyHeap(int pattern) { (void)mallopt(M_PERTURB, pattern); }
  DirtyHeap(const DirtyHeap&) = delete;
  DirtyHeap& operator=(const DirtyHeap&) = delete;
  ~DirtyHeap() { (void)mallopt(M_PERTURB, 0); }
};

Scene asked_by_a_newer_host(Scene scene) {
  scene.question.params.emplace_back("patchbay_unheard_of", "1");
  scene.question.settings.emplace_back("patchbay_unheard_of", "1");
  constexpr std::uint32_t unheard_of = 77;
  scene.question.messages.push_back({PATCHBAY_ROLE_USER, {{unheard_of, "?", ""}}});
  scene.question.messages.push_back({unheard_of, {{PATCHBAY_PART_TEXT, "hello", ""}}});
  return scene;
}

}  // namespace

Finding check_chunks(Subject& subject) {
  return with_settled_scenes(subject,
                             [&](const Scene& scene, const std::string& alone, std::size_t share) {
                               return cut_differently(subject, scene, alone, share);
                             });
}

Finding check_borrowed(Subject& subject) {
  return with_settled_scenes(
      subject, [&](const Scene& scene, const std::string&, std::size_t) -> std::string {
        if (!asks_a_provider(subject, scene.question)) return {};
        media::Random random(subject.seed());
        for (const std::size_t largest : {1U, 3U, 9U, 40U, 400U}) {
          Play how = in_random_pieces(random.next(), largest);
          subject.about_to("play " + scene.name + " from memory that is overwritten");
          const Play kept = how;
          how.borrowed = Borrowed::Overwritten;
          const auto text = [&](const Play& way) {
            return facts_of(play(subject.loaded(), scene.question, scene.replies, way));
          };
          const std::string wanted = text(kept);
          const std::string seen = text(how);
          if (seen != wanted) return scene.name + ": " + difference(wanted, seen);
        }
        return {};
      });
}

Finding check_truncation(Subject& subject) {
  return with_settled_scenes(
      subject, [&](const Scene& scene, const std::string&, std::size_t share) -> std::string {
        const Transcript whole = played(subject, scene);
        if (whole.ending != Ending::Done || whole.replies_taken != scene.replies.size()) return {};
        if (scene.replies.empty() || is_picture(scene.replies.back())) return {};
        media::Random random(subject.seed());
        for (const std::size_t limit : positions(scene.replies.back().body.size(), share, random)) {
          Play how;
          how.limit = limit;
          how.cut = Cut::Truncated;
          how.borrowed = Borrowed::Kept;
          const std::string where = "end " + scene.name + " after byte " + std::to_string(limit);
          subject.about_to(where);
          const Transcript seen = play(subject.loaded(), scene.question, scene.replies, how);
          // Counts that follow the answer may be missing.
          if (seen.ending == Ending::Done && seen.answer() != whole.answer())
            return where + ": it is done, but " + difference(whole.answer(), seen.answer());
        }
        return {};
      });
}

Finding check_determinism(Subject& subject) {
  const auto scenes = subject.scenes();
  if (!scenes.ok()) return failed(scenes.error().message);
  std::vector<std::unique_ptr<char[]>> shifts;  // so that nothing lies where it lay
  for (const Scene& scene : scenes.value()) {
    subject.about_to("play " + scene.name + " twice");
    const auto text = [&] { return facts_of(played(subject, scene)); };
    const std::string first = text();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    shifts.push_back(std::make_unique<char[]>(shifts.size() * 24 + 40));
    const DirtyHeap dirty(0x5A);
    const std::string again = text();
    if (first != again) return failed(scene.name + ": " + difference(first, again));
  }
  return {};
}

Finding check_older_host(Subject& subject) {
  return with_settled_scenes(
      subject, [&](const Scene& scene, const std::string& alone, std::size_t) {
        Play how;
        how.room = Room::Guarded;
        how.borrowed = Borrowed::Kept;
        return differs(subject, scene, alone, "in structs that end before a guarded page", how);
      });
}

Finding check_newer_host(Subject& subject) {
  return with_settled_scenes(
      subject, [&](const Scene& scene, const std::string& alone, std::size_t) {
        Play how;
        how.room = Room::Larger;
        how.borrowed = Borrowed::Kept;
        std::string complaint = differs(subject, scene, alone, "in longer structs", how);
        how.noise = Noise::UnknownInputs;
        if (complaint.empty())
          complaint = differs(subject, scene, alone, "with inputs of unknown kind", how);
        // What a request may hold one day may change the answer, but breaks nothing.
        const Scene newer = asked_by_a_newer_host(scene);
        subject.about_to("ask " + scene.name + " what only a newer host can ask");
        const Transcript seen = played(subject, newer);
        if (complaint.empty() && seen.ending == Ending::Broken)
          complaint = scene.name + ", asked what only a newer host can ask: " +
                      printable(shortened(seen.failure.message, 200));
        return complaint;
      });
}

}  // namespace patchbay::check
