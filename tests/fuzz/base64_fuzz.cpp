// The streaming base64 decoder: both inner loops agree on bytes and errors, however the text is
// cut, and with a plain reading of the whole text; encoding and decoding undo each other.
#include "core/media/base64_decoder.hpp"
#include "core/media/base64_encoder.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace patchbay::media;  // NOLINT(google-build-using-namespace): the target's own words
using patchbay::fuzz::require;

struct Decoded {
  std::string bytes;
  std::string error;
  bool operator==(const Decoded&) const = default;
};

// In pieces of 1 to `largest` characters, each buffer exactly as large as promised.
Decoded decode(std::string_view text,
               DecodeGroups groups,
               std::uint32_t seed,
               std::size_t largest) {
  Base64Decoder decoder(groups);
  Decoded decoded;
  const auto take = [&](const patchbay::Result<std::size_t>& count,
                        std::vector<std::uint8_t>& out) {
    if (!count.ok()) return decoded.error = count.error().message, false;
    require(count.value() <= out.size(), "more was written than there was room for");
    decoded.bytes.append(reinterpret_cast<const char*>(out.data()), count.value());
    return true;
  };
  while (!text.empty()) {
    seed = seed * 1664525U + 1013904223U;
    const std::string piece(text.substr(0, 1 + (seed >> 16U) % largest));
    text.remove_prefix(piece.size());
    std::vector<std::uint8_t> out(Base64Decoder::decoded_size_max(piece.size()));
    if (!take(decoder.write(piece, out), out)) return decoded;
  }
  std::vector<std::uint8_t> out(3);
  (void)take(decoder.finish(out), out);
  return decoded;
}

// Nothing where the text is refused, or begins with "data:" and is not read here.
std::optional<std::string> plain_reading(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  std::size_t count = 0;
  std::size_t padding = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == ' ' || (letter >= '\t' && letter <= '\r')) continue;
    if (letter == '=') {
      ++padding;
      continue;
    }
    if (letter == '\\') letter = i + 1 < text.size() && text[i + 1] == '/' ? text[++i] : '!';
    if (letter == '-') letter = '+';
    if (letter == '_') letter = '/';
    const std::size_t value = letters.find(letter);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    if (++count % 4 == 0)
      for (unsigned shift = 24; shift > 0; shift -= 8)
        bytes += static_cast<char>(bits >> (shift - 8) & 0xFFU);
  }
  const std::size_t held = count % 4;
  if (count == 0 || held == 1 || padding > (4 - held) % 4) return std::nullopt;
  if (held == 2) bytes += static_cast<char>(bits >> 4U & 0xFFU);
  if (held == 3) bytes.append({static_cast<char>(bits >> 10U), static_cast<char>(bits >> 2U)});
  return bytes;
}

bool may_have_a_prefix(std::string_view text) {
  return text.find(':') != std::string_view::npos;
}

std::string encode(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '\0');
  base64_encode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, text);
  return text;
}

void check_encoders(std::string_view bytes) {
  const EncodeGroups other = encode_groups_avx2();
  if (other == nullptr) return;
  const std::span<const std::uint8_t> input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            bytes.size());
  std::vector<char> plain(base64_size(bytes.size()));
  std::vector<char> fast(plain.size());
  const std::size_t plain_taken = encode_groups_scalar(input, plain);
  const std::size_t fast_taken = other(input, fast);
  require(plain_taken % 3 == 0 && fast_taken % 3 == 0, "a group was cut");
  const std::size_t both = std::min(plain_taken, fast_taken) / 3 * 4;
  require(
      std::equal(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(both), fast.begin()),
      "the encoders differ");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t whole_size = std::max<std::size_t>(1, size);
  const Decoded whole = decode(text, decode_groups_scalar, 0, whole_size);
  require(whole.bytes.size() <= (text.size() + 3) / 4 * 3, "more bytes than the text can hold");
  for (const DecodeGroups groups : {DecodeGroups{decode_groups_scalar}, decode_groups_avx2()}) {
    if (groups == nullptr) continue;
    for (const auto& [seed, largest] : {std::pair{1U, whole_size}, {2U, 3UL}, {3U, 80UL}}) {
      const Decoded cut = decode(text, groups, seed, largest);
      require(cut.error == whole.error, "the error depends on the loop or the cuts");
      require(!cut.error.empty() || cut.bytes == whole.bytes, "the bytes depend on loop or cuts");
    }
  }
  if (!may_have_a_prefix(text)) {
    const std::optional<std::string> plain = plain_reading(text);
    require(plain.has_value() == whole.error.empty(), "a plain reading judges otherwise");
    require(!plain || *plain == whole.bytes, "a plain reading finds other bytes");
  }
  check_encoders(text);
  if (size > 0) {
    const Decoded again = decode(encode(text), decode_groups_scalar, 5, 64);
    require(again.error.empty() && again.bytes == text, "what was encoded is decoded otherwise");
  }
  return 0;
}
