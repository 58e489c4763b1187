// Digests: SHA-256 for contents, keyed BLAKE2b for fingerprints.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

#include <array>
#include <memory>

namespace patchbay::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256Digest sha256(ByteView bytes);

// SHA-256 of bytes that arrive in pieces.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();
  void update(ByteView bytes);
  // Once; no update may follow.
  [[nodiscard]] Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Eight hex digits that tell two secrets apart and reveal nothing of either without the key.
[[nodiscard]] std::string fingerprint(const SecretBytes& key, ByteView bytes);

}  // namespace patchbay::crypto
