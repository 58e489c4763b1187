#include "core/base/file.hpp"
#include "host/loader/elf_linkage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace patchbay::host {
namespace {

std::vector<std::uint8_t> bytes_of(const char* name) {
  const auto file = std::filesystem::path(PATCHBAY_TEST_PLUGINS) / name;
  const auto text = read_file(file, std::size_t{16} << 20U);
  if (!text.ok()) throw std::runtime_error(text.error().message);
  return {text.value().begin(), text.value().end()};
}

TEST(LinkageTest, ReadsWhatALibraryGivesAndTakes) {
  for (const char* const name : {"marker.so", "stripped.so"}) {
    const std::vector<std::uint8_t> bytes = bytes_of(name);
    const auto linkage = read_linkage(MemoryElfInput(bytes));
    ASSERT_TRUE(linkage.ok()) << linkage.error().message;
    const auto& symbols = linkage.value().symbols;
    EXPECT_TRUE(std::any_of(symbols.begin(), symbols.end(), [](const ElfSymbol& symbol) {
      return symbol.is_defined && symbol.name == "patchbay_plugin_v1";
    })) << name;
    EXPECT_TRUE(linkage.value().binds_now);
  }
  const std::vector<std::uint8_t> bytes = bytes_of("marker.so");
  const auto linkage = read_linkage(MemoryElfInput(bytes));
  ASSERT_TRUE(linkage.ok());
  EXPECT_TRUE(std::any_of(
      linkage.value().symbols.begin(), linkage.value().symbols.end(), [](const ElfSymbol& symbol) {
        return !symbol.is_defined && symbol.version.starts_with("GLIBC_");
      }));
  EXPECT_TRUE(std::any_of(linkage.value().libraries.begin(),
                          linkage.value().libraries.end(),
                          [](const std::string& name) { return name.starts_with("libc.so"); }));
}

TEST(LinkageTest, SurvivesEveryDamage) {
  const std::vector<std::uint8_t> whole = bytes_of("marker.so");
  std::mt19937 random(1);
  std::size_t refused = 0;
  constexpr std::size_t rounds = 2'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::uint8_t> bytes = whole;
    if (round % 4 == 0) bytes.resize(random() % bytes.size());
    for (int i = 0; i < 40 && !bytes.empty(); ++i)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (!read_linkage(MemoryElfInput(bytes)).ok()) ++refused;
  }
  EXPECT_GT(refused, rounds / 4);
}

}  // namespace
}  // namespace patchbay::host
