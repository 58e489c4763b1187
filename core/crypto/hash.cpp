#include "core/crypto/hash.hpp"

#include <algorithm>
#include <sodium.h>
#include <string>

namespace patchbay::crypto {

struct Sha256::State {
  crypto_hash_sha256_state value;
};

Sha256Digest sha256(ByteView bytes) {
  Sha256Digest digest{};
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

Sha256::Sha256() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->value);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(ByteView bytes) {
  crypto_hash_sha256_update(&state_->value, bytes.data(), bytes.size());
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  crypto_hash_sha256_final(&state_->value, digest.data());
  return digest;
}

std::string fingerprint(const SecretBytes& key, ByteView bytes) {
  constexpr std::size_t shown_bytes = 4;
  std::array<std::uint8_t, crypto_generichash_BYTES> digest{};
  // BLAKE2b takes keys of at most 64 bytes; what a longer one has beyond them adds nothing.
  const std::size_t key_size = std::min<std::size_t>(key.size(), crypto_generichash_KEYBYTES_MAX);
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.expose().data(), key_size, digest.size());
  crypto_generichash_update(&state, bytes.data(), bytes.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  wipe(&state, sizeof state);
  return to_hex(ByteView(digest).first(shown_bytes));
}

}  // namespace patchbay::crypto
