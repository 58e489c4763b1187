// Plays recorded answers of the real provider, where they are at hand: PATCHBAY_FIXTURES.
#include "tests/contract/cassette.hpp"
#include "tests/contract/counted_heap.hpp"
#include <patchbay/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace patchbay::contract {
namespace {

constexpr std::size_t single_bytes_max = 100'000;  // longer bodies take too long byte by byte
constexpr std::int64_t session_heap_max = 64 * 1024;

struct Recorded {
  std::string name;
  Question question;
  Reply reply;
};

std::uint32_t status_of(const std::filesystem::path& response, const std::string& body) {
  std::uint64_t recorded = 0;
  const std::string name = response.string();
  const std::filesystem::path meta = name.substr(0, name.find(".response.")) + ".meta.json";
  if (std::filesystem::exists(meta)) {
    JsonReader reader;
    reader.count("status", recorded);
    if (reader.write(read_whole_file(meta)) && reader.finish())
      return static_cast<std::uint32_t>(recorded);
  }
  JsonReader reader;
  reader.count("error.code", recorded);
  const bool whole = reader.write(body) && reader.finish();
  return whole && recorded != 0 ? static_cast<std::uint32_t>(recorded) : 200;
}

std::vector<Recorded> recordings() {
  std::vector<Recorded> out;
  const std::filesystem::path folder = fixture_folder("gemini");
  if (folder.empty()) return out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    const bool stream = file.ends_with(".response.sse");
    if (!stream && !file.ends_with(".response.json")) continue;
    Recorded recorded;
    recorded.name = entry.path().lexically_relative(folder).string();
    recorded.reply.body = read_whole_file(entry.path());
    recorded.reply.status = status_of(entry.path(), recorded.reply.body);
    if (stream) recorded.question.params.emplace_back("stream", "1");
    if (recorded.name.starts_with("models_list")) recorded.question.operation = PATCHBAY_OP_VERIFY;
    for (char& c : recorded.name)
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    out.push_back(std::move(recorded));
  }
  std::sort(out.begin(), out.end(), [](const auto& one, const auto& other) {
    return one.name < other.name;
  });
  return out;
}
void PrintTo(const Recorded& recorded, std::ostream* out) {
  *out << recorded.name;
}

Transcript played(const Recorded& recorded, const Play& how) {
  static const LoadedPlugin plugin(PATCHBAY_GEMINI_PLUGIN);
  return play(plugin.module(), recorded.question, {recorded.reply}, how);
}
Play in_pieces_of(std::size_t size) {
  Play how;
  how.chunk_size = [size] { return size; };
  return how;
}

class GeminiFixtureTest : public testing::TestWithParam<Recorded> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GeminiFixtureTest);

TEST_P(GeminiFixtureTest, GivesTheSameHoweverItIsCut) {
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

TEST_P(GeminiFixtureTest, CostsLittleMemoryAndGivesItBack) {
  start_heap_count();
  (void)played(GetParam(), counted(in_pieces_of(65'536)));
  const HeapCount heap = heap_count();
  EXPECT_EQ(heap.live_bytes, 0);
  EXPECT_LT(heap.peak_bytes, session_heap_max);
}

TEST_P(GeminiFixtureTest, EndsTypedWhereverItIsStopped) {
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
                         GeminiFixtureTest,
                         testing::ValuesIn(recordings()),
                         [](const auto& recording) { return recording.param.name; });

TEST(GeminiFixtureFolderTest, IsThereAndNotEmpty) {
  if (fixture_folder("gemini").empty())
    GTEST_SKIP() << "NO RECORDED ANSWERS: set PATCHBAY_FIXTURES to play them";
  EXPECT_GT(recordings().size(), 20U);
}

}  // namespace
}  // namespace patchbay::contract
