// Feeds every file of a corpus folder to the fuzz target: a regression test without libFuzzer. Each
// file is played whole and cut short at several places, so that a small corpus goes a long way.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
    const std::size_t stride = std::max<std::size_t>(1, input.size() / 16);
    for (std::size_t size = 0; size < input.size(); size += stride)
      if (LLVMFuzzerTestOneInput(input.data(), size) != 0) return 1;
    if (LLVMFuzzerTestOneInput(input.data(), input.size()) != 0) return 1;
    ++files;
  }
  std::printf("%zu files\n", files);
  return files == 0 ? 1 : 0;
}
