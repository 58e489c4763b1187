// Ed25519 signatures: who allowed this.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

#include <array>

namespace patchbay::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

class SigningKey {
 public:
  static constexpr std::size_t seed_size_bytes = 32;

  [[nodiscard]] static Result<SigningKey> generate();
  [[nodiscard]] static Result<SigningKey> from_seed(const SecretBytes& seed);
  [[nodiscard]] Result<SecretBytes> seed() const;
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(ByteView message) const;

 private:
  SigningKey(SecretBytes secret, const PublicKey& public_key)
      : secret_(std::move(secret)), public_key_(public_key) {}
  SecretBytes secret_;
  PublicKey public_key_;
};

[[nodiscard]] bool verify(const PublicKey& signer, ByteView message, ByteView signature);

}  // namespace patchbay::crypto
