// Wrapping a secret under a key: XChaCha20-Poly1305 with a random nonce in front.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

namespace patchbay::crypto {

inline constexpr std::size_t seal_key_size_bytes = 32;

// `context` is authenticated, not stored: opening needs the same.
[[nodiscard]] Result<Bytes> seal(const SecretBytes& key, ByteView plain, std::string_view context);
// Errors: Vault, one message for every cause.
[[nodiscard]] Result<SecretBytes> open_sealed(const SecretBytes& key,
                                              ByteView sealed,
                                              std::string_view context);

}  // namespace patchbay::crypto
