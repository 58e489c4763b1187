#include "core/crypto/signature.hpp"

#include "core/crypto/kdf.hpp"

#include <sodium.h>

namespace patchbay::crypto {

static_assert(SigningKey::seed_size_bytes == crypto_sign_SEEDBYTES);
static_assert(sizeof(PublicKey) == crypto_sign_PUBLICKEYBYTES);
static_assert(sizeof(Signature) == crypto_sign_BYTES);

Result<SigningKey> SigningKey::generate() {
  const SecretBytes seed = PATCHBAY_TRY(random_secret(seed_size_bytes));
  return from_seed(seed);
}

Result<SigningKey> SigningKey::from_seed(const SecretBytes& seed) {
  if (seed.size() != seed_size_bytes)
    return Error{ErrorCode::Vault, "a signing key has another size than 32 bytes", {}, {}};
  SecretBytes secret = PATCHBAY_TRY(SecretBytes::allocate(crypto_sign_SECRETKEYBYTES));
  PublicKey public_key{};
  crypto_sign_seed_keypair(public_key.data(), secret.expose().data(), seed.expose().data());
  return SigningKey(std::move(secret), public_key);
}

Result<SecretBytes> SigningKey::seed() const {
  SecretBytes seed = PATCHBAY_TRY(SecretBytes::allocate(seed_size_bytes));
  crypto_sign_ed25519_sk_to_seed(seed.expose().data(), secret_.expose().data());
  return seed;
}

Signature SigningKey::sign(ByteView message) const {
  Signature signature{};
  crypto_sign_detached(
      signature.data(), nullptr, message.data(), message.size(), secret_.expose().data());
  return signature;
}

bool verify(const PublicKey& signer, ByteView message, ByteView signature) {
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(
             signature.data(), message.data(), message.size(), signer.data()) == 0;
}

}  // namespace patchbay::crypto
