#include "core/crypto/fernet.hpp"

#include "core/crypto/aes_cbc.hpp"

#include <algorithm>
#include <limits>
#include <sodium.h>
#include <utility>

namespace patchbay::crypto {
namespace {

// version 1 | time 8 | initialisation vector 16 | ciphertext | MAC 32
constexpr std::uint8_t version = 0x80;
constexpr std::size_t time_offset = 1;
constexpr std::size_t vector_offset = 9;
constexpr std::size_t ciphertext_offset = 25;
constexpr std::size_t mac_size = crypto_auth_hmacsha256_BYTES;
constexpr std::size_t size_min = ciphertext_offset + aes_block_size_bytes + mac_size;
constexpr std::size_t size_max =
    ciphertext_offset + fernet_plain_size_max + aes_block_size_bytes + mac_size;
constexpr std::uint64_t clock_skew_max_s = 60;

using Mac = std::array<std::uint8_t, mac_size>;

Mac mac_of(const FernetKey& key, ByteView bytes) {
  Mac mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.signing_key().data(), key.signing_key().size());
  crypto_auth_hmacsha256_update(&state, bytes.data(), bytes.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  wipe(&state, sizeof state);
  return mac;
}

std::uint64_t time_of(ByteView token) {
  std::uint64_t seconds = 0;
  for (const std::uint8_t byte : token.subspan(time_offset, vector_offset - time_offset))
    seconds = seconds << 8U | byte;
  return seconds;
}

bool is_of_age(std::uint64_t made_s, const FernetAge& age) {
  if (age.now_unix_s < 0 || age.ttl_s < 0) return false;
  const auto now_s = static_cast<std::uint64_t>(age.now_unix_s);
  if (made_s > now_s) return made_s - now_s <= clock_skew_max_s;
  return now_s - made_s <= static_cast<std::uint64_t>(age.ttl_s);
}

bool is_authentic(const FernetKey& key, ByteView token) {
  const Mac expected = mac_of(key, token.first(token.size() - mac_size));
  return sodium_memcmp(expected.data(), token.last(mac_size).data(), mac_size) == 0;
}

// Everything that can be wrong with a token but its padding, cheapest first, as the specification
// orders it.
bool is_acceptable(const FernetKey& key, ByteView token, const std::optional<FernetAge>& age) {
  return token.size() >= size_min && token.size() <= size_max && token[0] == version &&
         (token.size() - ciphertext_offset - mac_size) % aes_block_size_bytes == 0 &&
         (!age || is_of_age(time_of(token), *age)) && is_authentic(key, token);
}

}  // namespace

Result<FernetKey> FernetKey::from_bytes(SecretBytes bytes) {
  if (bytes.size() != size_bytes)
    return Error{ErrorCode::Vault, "a Fernet key has another size than 32 bytes", {}, {}};
  return FernetKey(std::move(bytes));
}

Result<FernetKey> FernetKey::parse(std::string_view text) {
  Result<SecretBytes> bytes = secret_from_base64url(text);
  if (!bytes.ok() || bytes.value().size() != size_bytes)
    return Error{ErrorCode::Vault,
                 "this is no Fernet key: one has 44 characters, 32 bytes in base64url form",
                 "check that no character, quote or line end too many was copied",
                 {}};
  return from_bytes(std::move(bytes).value());
}

Result<SecretBytes> FernetKey::text() const {
  return secret_to_base64url(bytes_);
}

Result<std::string> fernet_encrypt(const FernetKey& key,
                                   ByteView plain,
                                   std::int64_t unix_seconds,
                                   const FernetOptions& options) {
  if (plain.size() > fernet_plain_size_max)
    return Error{ErrorCode::BadInput, "the text is too long to be stored as a secret", {}, {}};
  if (unix_seconds < 0)
    return Error{ErrorCode::BadInput, "the clock is set to a time before 1970", {}, {}};
  Bytes token;
  token.push_back(version);
  for (unsigned shift = 64; shift > 0; shift -= 8)
    token.push_back(
        static_cast<std::uint8_t>(static_cast<std::uint64_t>(unix_seconds) >> (shift - 8)));
  std::array<std::uint8_t, aes_block_size_bytes> vector{};
  randombytes_buf(vector.data(), vector.size());
  if (options.initialisation_vector) vector = *options.initialisation_vector;
  token.insert(token.end(), vector.begin(), vector.end());
  const Bytes ciphertext = PATCHBAY_TRY(aes_cbc_encrypt(key.encryption_key(), vector, plain));
  token.insert(token.end(), ciphertext.begin(), ciphertext.end());
  const Mac mac = mac_of(key, token);
  token.insert(token.end(), mac.begin(), mac.end());
  return to_base64url(token);
}

Result<SecretBytes> fernet_decrypt(const FernetKey& key,
                                   std::string_view token,
                                   const std::optional<FernetAge>& age) {
  const Bytes bytes = from_base64url(token).value_or(Bytes());
  if (is_acceptable(key, bytes, age)) {
    const ByteView view(bytes);
    const std::size_t ciphertext_size = bytes.size() - ciphertext_offset - mac_size;
    Result<SecretBytes> plain = aes_cbc_decrypt(key.encryption_key(),
                                                view.subspan(vector_offset, aes_block_size_bytes),
                                                view.subspan(ciphertext_offset, ciphertext_size));
    if (plain.ok()) return plain;
  }
  return Error{ErrorCode::Vault, "the token is not valid", {}, {}};
}

}  // namespace patchbay::crypto
