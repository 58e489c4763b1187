// Plays recorded answers of real providers to an adapter, where they are at hand:
// PATCHBAY_FIXTURES.
#include "tests/contract/cassette.hpp"
#include "tests/contract/counted_heap.hpp"
#include "tests/contract/recordings.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace patchbay::contract {
namespace {

constexpr std::size_t single_bytes_max = 100'000;  // longer bodies take too long byte by byte
constexpr std::size_t two_pieces_max = 1'500;      // likewise, for every place to cut in two
constexpr std::int64_t session_heap_max = 64 * 1024;

std::vector<Recorded> recordings() {
  return recordings_in(PATCHBAY_ADAPTER_FIXTURES);
}

Transcript played(const Recorded& recorded, const Play& how) {
  static const LoadedPlugin plugin(PATCHBAY_ADAPTER_PLUGIN);
  return play(plugin.module(), recorded.question, {recorded.reply}, how);
}
Play in_pieces_of(std::size_t size) {
  Play how;
  how.chunk_size = [size] { return size; };
  return how;
}

class AdapterFixtureTest : public testing::TestWithParam<Recorded> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AdapterFixtureTest);

TEST_P(AdapterFixtureTest, GivesTheSameHoweverItIsCut) {
  const Transcript whole = played(GetParam(), {});
  EXPECT_TRUE(whole.violations.empty()) << whole.text();
  EXPECT_EQ(played(GetParam(), in_pieces_of(65'536)).text(), whole.text());
  if (GetParam().reply.body.size() < single_bytes_max) {
    EXPECT_EQ(played(GetParam(), in_pieces_of(1)).text(), whole.text());
  }
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Play how;
    how.chunk_size = [random = std::mt19937(seed), seed]() mutable {
      return 1 + (random() % (seed % 2 == 0 ? 3'000U : 100'000U));
    };
    EXPECT_EQ(played(GetParam(), how).text(), whole.text()) << "seed " << seed;
  }
}

TEST_P(AdapterFixtureTest, GivesTheSameCutInTwoAnywhere) {
  const std::size_t size = GetParam().reply.body.size();
  if (size > two_pieces_max) return;
  const std::string whole = played(GetParam(), {}).text();
  for (std::size_t first = 1; first < size; ++first) {
    Play how;
    how.chunk_size = [first, at = 0]() mutable { return at++ == 0 ? first : two_pieces_max; };
    EXPECT_EQ(played(GetParam(), how).text(), whole) << first;
  }
}

TEST_P(AdapterFixtureTest, CostsLittleMemoryAndGivesItBack) {
  start_heap_count();
  (void)played(GetParam(), counted(in_pieces_of(65'536)));
  const HeapCount heap = heap_count();
  EXPECT_EQ(heap.live_bytes, 0);
  EXPECT_LT(heap.peak_bytes, session_heap_max);
}

TEST_P(AdapterFixtureTest, EndsTypedWhereverItIsStopped) {
  const std::string& body = GetParam().reply.body;
  std::mt19937 random(99);
  for (const Cut cut : {Cut::Truncated, Cut::ConnectionLost, Cut::Cancelled, Cut::Closed})
    for (int round = 0; round < 6; ++round) {
      Play how = counted(in_pieces_of(1 + (random() % 50'000)));
      how.limit = random() % body.size();
      how.cut = cut;
      start_heap_count();
      const Transcript seen = played(GetParam(), how);
      EXPECT_EQ(heap_count().live_bytes, 0) << how.limit;
      EXPECT_TRUE(seen.violations.empty()) << seen.text();
      if (cut == Cut::Closed) continue;
      EXPECT_TRUE(seen.ending == Ending::Failed || cut == Cut::Truncated) << seen.text();
      EXPECT_NE(seen.ending, Ending::None);
    }
}

INSTANTIATE_TEST_SUITE_P(Recorded,
                         AdapterFixtureTest,
                         testing::ValuesIn(recordings()),
                         [](const auto& recording) { return recording.param.name; });

TEST(AdapterFixtureFolderTest, IsThereAndNotEmpty) {
  std::string first;
  std::istringstream(PATCHBAY_ADAPTER_FIXTURES) >> first;
  if (fixture_folder(first).empty())
    GTEST_SKIP() << "NO RECORDED ANSWERS: set PATCHBAY_FIXTURES to play them";
  EXPECT_GT(recordings().size(), 9U);
}

}  // namespace
}  // namespace patchbay::contract
