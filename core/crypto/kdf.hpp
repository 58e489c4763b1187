// Deriving keys: HKDF-SHA256 (RFC 5869).
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

namespace patchbay::crypto {

// At most 255 * 32 bytes.
[[nodiscard]] Result<SecretBytes> hkdf_sha256(ByteView salt,
                                              const SecretBytes& key_material,
                                              std::string_view info,
                                              std::size_t size);
[[nodiscard]] Result<SecretBytes> random_secret(std::size_t size);
[[nodiscard]] Result<Bytes> random_bytes(std::size_t size);

// Once per process, before any other call of this folder; cheap when repeated. Thread-safe.
[[nodiscard]] Status initialise();

}  // namespace patchbay::crypto
