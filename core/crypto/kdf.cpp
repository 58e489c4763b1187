#include "core/crypto/kdf.hpp"

#include <array>
#include <cstddef>
#include <sodium.h>
#include <span>
#include <string>

namespace patchbay::crypto {
namespace {

constexpr std::size_t hash_size = crypto_auth_hmacsha256_BYTES;
constexpr std::size_t hkdf_size_max = 255 * hash_size;
constexpr std::size_t random_size_max = std::size_t{1} << 20U;

// HMAC-SHA256 over several pieces; wipes what the key left in its state.
class Hmac {
 public:
  explicit Hmac(ByteView key) {
    // libsodium wants a pointer to something, also for an empty key.
    constexpr std::uint8_t nothing = 0;
    const std::uint8_t* data = key.empty() ? &nothing : key.data();
    crypto_auth_hmacsha256_init(&state_, data, key.size());
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() { wipe(&state_, sizeof state_); }

  Hmac& update(ByteView bytes) {
    crypto_auth_hmacsha256_update(&state_, bytes.data(), bytes.size());
    return *this;
  }
  void finish(std::span<std::uint8_t> out) { crypto_auth_hmacsha256_final(&state_, out.data()); }

 private:
  crypto_auth_hmacsha256_state state_{};
};

Error size_error(std::size_t size) {
  return Error{
      ErrorCode::Internal, "a key of " + std::to_string(size) + " bytes was asked for", {}, {}};
}

}  // namespace

Result<SecretBytes> hkdf_sha256(ByteView salt,
                                const SecretBytes& key_material,
                                std::string_view info,
                                std::size_t size) {
  if (size == 0 || size > hkdf_size_max) return size_error(size);
  SecretBytes pseudorandom_key = PATCHBAY_TRY(SecretBytes::allocate(hash_size));
  Hmac(salt).update(key_material.expose()).finish(pseudorandom_key.expose());
  const std::size_t count = (size + hash_size - 1) / hash_size;
  SecretBytes out = PATCHBAY_TRY(SecretBytes::allocate(count * hash_size));
  ByteView previous;
  for (std::size_t i = 0; i < count; ++i) {
    const std::array counter{static_cast<std::uint8_t>(i + 1)};
    const auto block = out.expose().subspan(i * hash_size, hash_size);
    Hmac(pseudorandom_key.expose())
        .update(previous)
        .update(bytes_of(info))
        .update(counter)
        .finish(block);
    previous = block;
  }
  out.shrink(size);
  return out;
}

Result<SecretBytes> random_secret(std::size_t size) {
  if (size == 0 || size > random_size_max) return size_error(size);
  SecretBytes secret = PATCHBAY_TRY(SecretBytes::allocate(size));
  randombytes_buf(secret.expose().data(), size);
  return secret;
}

Result<Bytes> random_bytes(std::size_t size) {
  if (size == 0 || size > random_size_max) return size_error(size);
  Bytes bytes(size);
  randombytes_buf(bytes.data(), size);
  return bytes;
}

Status initialise() {
  if (sodium_init() < 0)
    return Error{ErrorCode::Internal, "libsodium cannot be used on this system", {}, {}};
  return {};
}

}  // namespace patchbay::crypto
