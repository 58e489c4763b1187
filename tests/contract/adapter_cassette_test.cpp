// Plays made-up answers to one adapter. PATCHBAY_UPDATE_GOLDEN=1 rewrites what they must give.
#include "tests/contract/cassette.hpp"
#include "tests/contract/counted_heap.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>

namespace patchbay::contract {
namespace {

const patchbay_module& adapter() {
  static const LoadedPlugin plugin(PATCHBAY_ADAPTER_PLUGIN);
  return plugin.module();
}
std::vector<Cassette> cassettes() {
  return read_cassettes(source_folder() / "tests/contract/cassettes" / PATCHBAY_ADAPTER_NAME);
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

// The lines of its parts and models alone.
std::string answer_of(const Transcript& transcript) {
  std::string out;
  for (const std::string& line : transcript.lines())
    if (line.starts_with("part ") || line.starts_with("model ")) out += line + "\n";
  return out;
}

class AdapterCassetteTest : public testing::TestWithParam<Cassette> {
 protected:
  [[nodiscard]] static Transcript played(const Play& how) {
    return play(adapter(), GetParam().question, GetParam().replies, how);
  }
  [[nodiscard]] static const std::string& last_body() { return GetParam().replies.back().body; }
};

TEST_P(AdapterCassetteTest, GivesTheExpectedTranscript) {
  const std::string seen = played({}).text();
  if (std::getenv("PATCHBAY_UPDATE_GOLDEN") !=
      nullptr)  // NOLINT(concurrency-mt-unsafe): one thread
    std::ofstream(GetParam().expected_path, std::ios::binary) << seen;
  EXPECT_EQ(seen, read_whole_file(GetParam().expected_path));
}

TEST_P(AdapterCassetteTest, GivesTheSameInSingleBytes) {
  EXPECT_EQ(played(in_pieces_of(1)).text(), played({}).text());
}

TEST_P(AdapterCassetteTest, GivesTheSameInRandomPieces) {
  const std::string whole = played({}).text();
  for (unsigned seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(played(in_random_pieces(seed, seed % 2 == 0 ? 5 : 90)).text(), whole) << seed;
}

TEST_P(AdapterCassetteTest, NeverTakesATruncatedBodyForAnotherAnswer) {
  const Transcript whole = played({});
  if (whole.ending != Ending::Done) return;  // only a whole answer can be cut short
  // A picture that is fetched as it is has no end of its own: the host looks into it.
  if (whole.requests.back().origin == PATCHBAY_ORIGIN_URL) return;
  for (std::size_t limit = 0; limit < last_body().size(); ++limit) {
    Play how = in_random_pieces(static_cast<unsigned>(limit), 50);
    how.limit = limit;
    how.cut = Cut::Truncated;
    const Transcript cut = played(how);
    EXPECT_TRUE(cut.violations.empty()) << cut.text();
    if (cut.ending == Ending::Done) {
      // A stream that ends after the answer, but before the counts that follow it, is whole.
      EXPECT_TRUE(cut.text() == whole.text() || answer_of(cut) == answer_of(whole)) << limit;
    } else {
      EXPECT_EQ(category_name(cut.failure.category), std::string("protocol")) << cut.text();
      EXPECT_EQ(cut.failure.understood, 0U);
    }
  }
}

TEST_P(AdapterCassetteTest, EndsTypedWhereverItIsStopped) {
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

TEST_P(AdapterCassetteTest, GivesAllMemoryBackWhereverItIsClosed) {
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

TEST_P(AdapterCassetteTest, EndsTypedAtEveryFailedAllocation) {
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
INSTANTIATE_TEST_SUITE_P(All, AdapterCassetteTest, testing::ValuesIn(cassettes()), test_name);

}  // namespace
}  // namespace patchbay::contract
