// Replays the fuzz target on mutations of a real plugin, without a fuzzer.
#include "tests/unit/loader/fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace patchbay::host {
namespace {

using testing::plugin_bytes;

// Where a flipped bit matters: the headers at the front, the tables at the end, the manifest.
std::size_t place_of_interest(std::minstd_rand& random, const std::string& bytes) {
  const std::size_t manifest = bytes.find("{\"id\"");
  const std::size_t offset = random();
  switch (random() % 4) {
    case 0: return offset % 64;
    case 1: return 64 + offset % 1024;
    case 2: return manifest + offset % 200;
    default: return bytes.size() - 1 - offset % 4096;
  }
}

TEST(ManifestSectionFuzzTest, EndsInAnAnswerOrAReasonWhateverBitsAreFlipped) {
  const std::string original = plugin_bytes("good");
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    std::minstd_rand random(seed);
    std::string bytes = original;
    for (std::size_t flips = 1 + random() % 8; flips > 0; --flips)
      bytes[place_of_interest(random, bytes)] ^= static_cast<char>(1U << (random() % 8));
    // A heap copy of the exact size, so that a sanitizer sees the first byte beyond.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    EXPECT_EQ(LLVMFuzzerTestOneInput(exact.data(), exact.size()), 0) << "seed " << seed;
  }
}

TEST(ManifestSectionFuzzTest, EndsInAReasonWithExtremeNumbersInAnyHeaderField) {
  const std::string original = plugin_bytes("good");
  for (std::size_t offset = 0; offset + 8 <= 2048; offset += 4) {
    for (const unsigned fill : {0x00U, 0x7FU, 0x80U, 0xFFU}) {
      std::vector<std::uint8_t> bytes(original.begin(), original.end());
      std::fill_n(
          bytes.begin() + static_cast<std::ptrdiff_t>(offset), 8, static_cast<std::uint8_t>(fill));
      EXPECT_EQ(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0) << "offset " << offset;
    }
  }
}

TEST(ManifestSectionFuzzTest, EndsInAReasonForRandomBytes) {
  std::minstd_rand random(7);
  for (std::size_t size = 0; size < 300; ++size) {
    std::vector<std::uint8_t> bytes(size);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
    EXPECT_EQ(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0);
  }
}

}  // namespace
}  // namespace patchbay::host
