#include "host/vault/recovery_code.hpp"

#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace patchbay::host {
namespace {

// Crockford's: no I, L, O, U.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t bits_per_character = 5;
constexpr std::size_t secret_characters = recovery_secret_size_bytes * 8 / bits_per_character;
constexpr std::size_t checksum_characters = 4;
constexpr std::size_t character_count = secret_characters + checksum_characters;
constexpr std::size_t group_size = 4;
static_assert(character_count + character_count / group_size - 1 == recovery_code_size);

std::array<std::uint8_t, checksum_characters> checksum_of(const SecretBytes& secret) {
  const auto digest = crypto::sha256(secret.expose());
  std::array<std::uint8_t, checksum_characters> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = digest[i] & 31U;
  return values;
}

std::uint8_t bits_at(const SecretBytes& secret, std::size_t character) {
  std::uint8_t value = 0;
  for (std::size_t i = 0; i < bits_per_character; ++i) {
    const std::size_t bit = character * bits_per_character + i;
    const unsigned octet = secret.expose()[bit / 8];
    value = static_cast<std::uint8_t>((value << 1U) | ((octet >> (7 - bit % 8)) & 1U));
  }
  return value;
}

// 32 where the character is none of ours.
std::uint8_t value_of(char character) {
  char upper = character >= 'a' && character <= 'z' ? static_cast<char>(character - 32) : character;
  if (upper == 'O') upper = '0';
  if (upper == 'I' || upper == 'L') upper = '1';
  return static_cast<std::uint8_t>(std::min<std::size_t>(alphabet.find(upper), alphabet.size()));
}

bool is_separator(char character) {
  return character == '-' || character == ' ' || character == '\n' || character == '\r' ||
         character == '\t';
}

Error no_code() {
  return Error{ErrorCode::BadInput,
               "this is no recovery code: it should be nine groups of four letters and digits",
               "copy it as it was printed",
               {}};
}

}  // namespace

Result<SecretBytes> recovery_code_of(const SecretBytes& secret) {
  if (secret.size() != recovery_secret_size_bytes)
    return Error{ErrorCode::Internal, "a recovery secret has another size than 20 bytes", {}, {}};
  SecretBytes code = PATCHBAY_TRY(SecretBytes::allocate(recovery_code_size));
  const auto checksum = checksum_of(secret);
  std::size_t at = 0;
  for (std::size_t i = 0; i < character_count; ++i) {
    if (i > 0 && i % group_size == 0) code.expose()[at++] = '-';
    const std::uint8_t value =
        i < secret_characters ? bits_at(secret, i) : checksum[i - secret_characters];
    code.expose()[at++] = static_cast<std::uint8_t>(alphabet[value]);
  }
  return code;
}

Result<SecretBytes> secret_of_recovery_code(std::string_view text) {
  SecretBytes values = PATCHBAY_TRY(SecretBytes::allocate(character_count));
  std::size_t count = 0;
  for (const char character : text) {
    if (is_separator(character)) continue;
    const std::uint8_t value = value_of(character);
    if (value == alphabet.size() || count == character_count) return no_code();
    values.expose()[count++] = value;
  }
  if (count != character_count) return no_code();
  SecretBytes secret = PATCHBAY_TRY(SecretBytes::allocate(recovery_secret_size_bytes));
  for (std::size_t bit = 0; bit < recovery_secret_size_bytes * 8; ++bit) {
    const unsigned value = values.expose()[bit / bits_per_character];
    const unsigned set = (value >> (bits_per_character - 1 - bit % bits_per_character)) & 1U;
    secret.expose()[bit / 8] |= static_cast<std::uint8_t>(set << (7 - bit % 8));
  }
  if (std::ranges::equal(checksum_of(secret), values.expose().subspan(secret_characters)))
    return secret;
  return Error{ErrorCode::BadInput,
               "the recovery code has a typing mistake: its checksum does not fit",
               "compare it with the paper, letter by letter",
               {}};
}

}  // namespace patchbay::host
