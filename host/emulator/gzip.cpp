#include "host/emulator/gzip.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace patchbay::emulator {
namespace {

constexpr std::size_t block_size_max = 65'535;

constexpr std::array<std::uint32_t, 256> make_checksum_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 1U) != 0 ? 0xEDB8'8320U ^ (value >> 1U) : value >> 1U;
    table[i] = value;
  }
  return table;
}

constexpr auto checksum_table = make_checksum_table();

std::uint32_t checksum(std::string_view text) {
  std::uint32_t sum = 0xFFFF'FFFF;
  for (const char character : text)
    sum = checksum_table[(sum ^ static_cast<std::uint8_t>(character)) & 0xFFU] ^ (sum >> 8U);
  return ~sum;
}

void append_little_endian(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

// Least significant bit first, as deflate packs them.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  void write(std::uint32_t bits, unsigned count) {
    pending_ |= bits << size_;
    size_ += count;
    for (; size_ >= 8; size_ -= 8, pending_ >>= 8U) out_ += static_cast<char>(pending_ & 0xFFU);
  }
  void finish() { write(0, 7); }

 private:
  std::string& out_;
  std::uint32_t pending_ = 0;
  unsigned size_ = 0;
};

using namespace std::string_view_literals;
constexpr std::string_view header = "\x1f\x8b\x08\0\0\0\0\0\0\xff"sv;

}  // namespace

// One block of fixed codes: a zero, then copies of 258 of what is one byte back.
std::string gzip_bomb(std::size_t size) {
  std::string out(header);
  BitWriter bits(out);
  bits.write(0b011, 3);       // the last block, fixed codes
  bits.write(0b00001100, 8);  // the literal 0
  while (out.size() < size) {
    bits.write(0b10100011, 8);  // the longest copy
    bits.write(0, 5);           // from one back
  }
  bits.write(0, 7);  // the block's end
  bits.finish();
  append_little_endian(out, 0, 8);
  return out;
}

std::string gzip(std::string_view text) {
  std::string out(header);
  std::string_view rest = text;
  do {
    const std::size_t size = std::min(rest.size(), block_size_max);
    const bool is_last = size == rest.size();
    out += static_cast<char>(is_last ? 1 : 0);
    append_little_endian(out, size, 2);
    append_little_endian(out, ~size & 0xFFFFU, 2);
    out += rest.substr(0, size);
    rest.remove_prefix(size);
    if (is_last) break;
  } while (true);
  append_little_endian(out, checksum(text), 4);
  append_little_endian(out, text.size() & 0xFFFF'FFFFU, 4);
  return out;
}

}  // namespace patchbay::emulator
