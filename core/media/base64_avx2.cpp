// The method is Wojciech Muła's and Daniel Lemire's: characters are classed by their two nibbles
// through table look-ups within a register, then four 6-bit values are joined by multiplications.
#include "core/media/base64_kernel.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#define PATCHBAY_AVX2 __attribute__((target("avx2")))

// NOLINTBEGIN(portability-simd-intrinsics): this file is the part that is not portable.
namespace patchbay::media {
namespace {

// Two equal halves, as the shuffles within 128 bits want them.
PATCHBAY_AVX2 inline __m256i both(__m128i half) {
  return _mm256_broadcastsi128_si256(half);
}

// '-' and '_' become '+' and '/'; all else stays.
PATCHBAY_AVX2 inline __m256i to_standard_alphabet(__m256i text) {
  const __m256i minus = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('-'));
  const __m256i underscore = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('_'));
  text = _mm256_xor_si256(text, _mm256_and_si256(minus, _mm256_set1_epi8('-' ^ '+')));
  return _mm256_xor_si256(text, _mm256_and_si256(underscore, _mm256_set1_epi8('_' ^ '/')));
}

PATCHBAY_AVX2 inline __m256i high_nibbles(__m256i text) {
  return _mm256_and_si256(_mm256_srli_epi32(text, 4), _mm256_set1_epi8(0x2F));
}

PATCHBAY_AVX2 inline bool is_standard(__m256i text) {
  const __m256i by_high =
      both(_mm_setr_epi8(16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16));
  const __m256i by_low =
      both(_mm_setr_epi8(21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26));
  const __m256i high = _mm256_shuffle_epi8(by_high, high_nibbles(text));
  const __m256i low = _mm256_shuffle_epi8(by_low, _mm256_and_si256(text, _mm256_set1_epi8(0x2F)));
  return _mm256_testz_si256(high, low) != 0;
}

// 32 characters of the standard alphabet to 24 bytes at the front of the result.
PATCHBAY_AVX2 inline __m256i decoded(__m256i text) {
  const __m256i offsets =
      both(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i slash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('/'));
  const __m256i offset = _mm256_shuffle_epi8(offsets, _mm256_add_epi8(slash, high_nibbles(text)));
  const __m256i values = _mm256_add_epi8(text, offset);
  const __m256i pairs = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x0140'0140));
  const __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x0001'1000));
  const __m256i order = both(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  return _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, order),
                                     _mm256_setr_epi32(0, 1, 2, 4, 5, 6, -1, -1));
}

PATCHBAY_AVX2 DecodedRun decode_groups(std::string_view text, std::span<std::uint8_t> out) {
  const char* in = text.data();
  std::uint8_t* to = out.data();
  const char* const in_end = in + text.size();
  const std::uint8_t* const out_end = to + out.size();
  // Each store writes 32 bytes, 24 of them meant.
  while (in_end - in >= 32 && out_end - to >= 32) {
    __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
    if (!is_standard(block)) {
      block = to_standard_alphabet(block);
      if (!is_standard(block)) break;
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), decoded(block));
    in += 32;
    to += 24;
  }
  const auto read = static_cast<std::size_t>(in - text.data());
  const auto written = static_cast<std::size_t>(to - out.data());
  const DecodedRun rest = decode_groups_scalar(text.substr(read), out.subspan(written));
  return {.read = read + rest.read, .written = written + rest.written};
}

// 24 bytes, 4 of another thing before them, to 32 characters.
PATCHBAY_AVX2 inline __m256i encoded(__m256i bytes) {
  const __m256i order = _mm256_setr_epi8(5,
                                         4,
                                         6,
                                         5,
                                         8,
                                         7,
                                         9,
                                         8,
                                         11,
                                         10,
                                         12,
                                         11,
                                         14,
                                         13,
                                         15,
                                         14,  //
                                         1,
                                         0,
                                         2,
                                         1,
                                         4,
                                         3,
                                         5,
                                         4,
                                         7,
                                         6,
                                         8,
                                         7,
                                         10,
                                         9,
                                         11,
                                         10);
  const __m256i groups = _mm256_shuffle_epi8(bytes, order);
  const __m256i first_third = _mm256_mulhi_epu16(
      _mm256_and_si256(groups, _mm256_set1_epi32(0x0FC0'FC00)), _mm256_set1_epi32(0x0400'0040));
  const __m256i second_fourth = _mm256_mullo_epi16(
      _mm256_and_si256(groups, _mm256_set1_epi32(0x003F'03F0)), _mm256_set1_epi32(0x0100'0010));
  const __m256i values = _mm256_or_si256(first_third, second_fourth);
  const __m256i offsets =
      both(_mm_setr_epi8(65, 71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 0, 0));
  const __m256i class_by_value = _mm256_subs_epu8(values, _mm256_set1_epi8(51));
  const __m256i is_after_upper = _mm256_cmpgt_epi8(values, _mm256_set1_epi8(25));
  const __m256i index = _mm256_sub_epi8(class_by_value, is_after_upper);
  return _mm256_add_epi8(values, _mm256_shuffle_epi8(offsets, index));
}

PATCHBAY_AVX2 std::size_t encode_groups(std::span<const std::uint8_t> bytes, std::span<char> out) {
  // Each load reads from 4 bytes before the 24 that are meant to 4 after them.
  std::size_t done = encode_groups_scalar(bytes.first(bytes.size() < 6 ? bytes.size() : 6), out);
  while (bytes.size() - done >= 28 && out.size() - done / 3 * 4 >= 32) {
    const __m256i block =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + done - 4));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.data() + done / 3 * 4), encoded(block));
    done += 24;
  }
  return done + encode_groups_scalar(bytes.subspan(done), out.subspan(done / 3 * 4));
}

}  // namespace

DecodeGroups decode_groups_avx2() noexcept {
  return __builtin_cpu_supports("avx2") != 0 ? decode_groups : nullptr;
}

EncodeGroups encode_groups_avx2() noexcept {
  return __builtin_cpu_supports("avx2") != 0 ? encode_groups : nullptr;
}

}  // namespace patchbay::media
// NOLINTEND(portability-simd-intrinsics)

#else

namespace patchbay::media {

DecodeGroups decode_groups_avx2() noexcept {
  return nullptr;
}
EncodeGroups encode_groups_avx2() noexcept {
  return nullptr;
}

}  // namespace patchbay::media

#endif
