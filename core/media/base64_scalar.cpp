#include "core/media/base64_kernel.hpp"

#include <algorithm>
#include <array>

namespace patchbay::media {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t invalid = 0x8000'0000;

using Table = std::array<std::uint32_t, 256>;

// The value of each character, shifted to its place in a group; `invalid` for no alphabet's.
constexpr Table make_table(unsigned shift) {
  Table table{};
  table.fill(invalid);
  for (std::uint32_t value = 0; value < alphabet.size(); ++value)
    table[static_cast<std::uint8_t>(alphabet[value])] = value << shift;
  table['-'] = table['+'];
  table['_'] = table['/'];
  return table;
}

constexpr std::array<Table, 4> tables = {
    make_table(18), make_table(12), make_table(6), make_table(0)};

constexpr std::size_t pair_count = std::size_t{1} << 12U;

// Two characters for every 12 bits.
constexpr std::array<std::array<char, 2>, pair_count> make_pairs() {
  std::array<std::array<char, 2>, pair_count> pairs{};
  for (std::size_t bits = 0; bits < pair_count; ++bits)
    pairs[bits] = {alphabet[bits >> 6U], alphabet[bits & 0x3FU]};
  return pairs;
}

constexpr auto pairs = make_pairs();

}  // namespace

DecodedRun decode_groups_scalar(std::string_view text, std::span<std::uint8_t> out) {
  const std::size_t groups = std::min(text.size() / 4, out.size() / 3);
  const auto* in = reinterpret_cast<const std::uint8_t*>(text.data());
  std::uint8_t* to = out.data();
  std::size_t done = 0;
  for (; done < groups; ++done, in += 4, to += 3) {
    const std::uint32_t bits =
        tables[0][in[0]] | tables[1][in[1]] | tables[2][in[2]] | tables[3][in[3]];
    if ((bits & invalid) != 0) break;
    to[0] = static_cast<std::uint8_t>(bits >> 16U);
    to[1] = static_cast<std::uint8_t>(bits >> 8U);
    to[2] = static_cast<std::uint8_t>(bits);
  }
  return {.read = done * 4, .written = done * 3};
}

std::size_t encode_groups_scalar(std::span<const std::uint8_t> bytes, std::span<char> out) {
  const std::size_t groups = std::min(bytes.size() / 3, out.size() / 4);
  const std::uint8_t* in = bytes.data();
  char* to = out.data();
  for (std::size_t done = 0; done < groups; ++done, in += 3, to += 4) {
    const std::uint32_t bits =
        (std::uint32_t{in[0]} << 16U) | (std::uint32_t{in[1]} << 8U) | std::uint32_t{in[2]};
    const auto& high = pairs[bits >> 12U];
    const auto& low = pairs[bits & 0xFFFU];
    to[0] = high[0];
    to[1] = high[1];
    to[2] = low[0];
    to[3] = low[1];
  }
  return groups * 3;
}

}  // namespace patchbay::media
