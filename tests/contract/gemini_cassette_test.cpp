// Plays made-up answers to the Gemini adapter. PATCHBAY_UPDATE_GOLDEN=1 rewrites what they must
// give.
#include "tests/contract/cassette.hpp"
#include "tests/contract/counted_heap.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>

namespace patchbay::contract {
namespace {

const patchbay_module& gemini() {
  static const LoadedPlugin plugin(PATCHBAY_GEMINI_PLUGIN);
  return plugin.module();
}
std::vector<Cassette> cassettes() {
  return read_cassettes(source_folder() / "tests/contract/cassettes/gemini");
}

Play in_pieces_of(std::size_t size) {
  Play how;
  how.chunk_size = [size] { return size; };
  return how;
}
Play in_random_pieces(unsigned seed, std::size_t largest) {
  Play how;
  how.chunk_size = [random = std::mt19937(seed), largest]() mutable {
    return 1 + (random() % largest);
  };
  return how;
}

class GeminiCassetteTest : public testing::TestWithParam<Cassette> {
 protected:
  [[nodiscard]] static Transcript played(const Play& how) {
    return play(gemini(), GetParam().question, GetParam().replies, how);
  }
  [[nodiscard]] static const std::string& last_body() { return GetParam().replies.back().body; }
};

TEST_P(GeminiCassetteTest, GivesTheExpectedTranscript) {
  const std::string seen = played({}).text();
  if (std::getenv("PATCHBAY_UPDATE_GOLDEN") !=
      nullptr)  // NOLINT(concurrency-mt-unsafe): one thread
    std::ofstream(GetParam().expected_path, std::ios::binary) << seen;
  EXPECT_EQ(seen, read_whole_file(GetParam().expected_path));
}

TEST_P(GeminiCassetteTest, GivesTheSameInSingleBytes) {
  EXPECT_EQ(played(in_pieces_of(1)).text(), played({}).text());
}

TEST_P(GeminiCassetteTest, GivesTheSameInRandomPieces) {
  const std::string whole = played({}).text();
  for (unsigned seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(played(in_random_pieces(seed, seed % 2 == 0 ? 5 : 90)).text(), whole) << seed;
}

TEST_P(GeminiCassetteTest, NeverTakesATruncatedBodyForAnotherAnswer) {
  const Transcript whole = played({});
  if (whole.ending != Ending::Done) return;  // only a whole answer can be cut short
  for (std::size_t limit = 0; limit < last_body().size(); ++limit) {
    Play how = in_random_pieces(static_cast<unsigned>(limit), 50);
    how.limit = limit;
    how.cut = Cut::Truncated;
    const Transcript cut = played(how);
    EXPECT_TRUE(cut.violations.empty()) << cut.text();
    if (cut.ending == Ending::Done) {
      EXPECT_EQ(cut.text(), whole.text()) << limit;
    } else {
      EXPECT_EQ(category_name(cut.failure.category), std::string("protocol")) << cut.text();
      EXPECT_EQ(cut.failure.understood, 0U);
    }
  }
}

TEST_P(GeminiCassetteTest, EndsTypedWhereverItIsStopped) {
  const std::string own = category_name(played({}).failure.category);
  struct Stop {
    Cut cut;
    const char* category;
  };
  for (const Stop stop : {Stop{Cut::ConnectionLost, "network"}, Stop{Cut::Cancelled, "cancelled"}})
    for (std::size_t limit = 0; limit <= last_body().size(); limit += 13) {
      Play how = in_random_pieces(static_cast<unsigned>(limit), 50);
      how.limit = limit;
      how.cut = stop.cut;
      const Transcript cut = played(how);
      ASSERT_EQ(cut.ending, Ending::Failed) << cut.text();
      // What cannot be read is given up before the connection is lost.
      const std::string category = category_name(cut.failure.category);
      EXPECT_TRUE(category == stop.category || category == own) << cut.text();
      EXPECT_TRUE(cut.violations.empty()) << cut.text();
    }
}

TEST_P(GeminiCassetteTest, GivesAllMemoryBackWhereverItIsClosed) {
  for (const Cut cut : {Cut::Complete, Cut::Closed, Cut::Cancelled, Cut::ConnectionLost})
    for (std::size_t limit = 0; limit <= last_body().size(); limit += 61) {
      Play how = counted(in_random_pieces(static_cast<unsigned>(limit), 50));
      how.limit = limit;
      how.cut = cut;
      start_heap_count();
      (void)played(how);
      ASSERT_EQ(heap_count().live_bytes, 0) << limit;
    }
}

TEST_P(GeminiCassetteTest, EndsTypedAtEveryFailedAllocation) {
  constexpr std::int64_t allocations_max = 2000;
  std::int64_t failing = 0;
  for (; failing < allocations_max; ++failing) {
    start_heap_count(failing);
    const Transcript seen = played(counted(in_pieces_of(100)));
    const HeapCount heap = heap_count();
    ASSERT_EQ(heap.live_bytes, 0) << "leak after failed allocation " << failing;
    ASSERT_NE(seen.ending, Ending::None) << seen.text();
    ASSERT_TRUE(seen.violations.empty()) << seen.text();
    if (heap.allocations < failing) break;  // it never came to that one
  }
  EXPECT_GT(failing, 10);
  EXPECT_LT(failing, allocations_max);
}

std::string test_name(const testing::TestParamInfo<Cassette>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(All, GeminiCassetteTest, testing::ValuesIn(cassettes()), test_name);

}  // namespace
}  // namespace patchbay::contract
