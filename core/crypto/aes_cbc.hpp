// AES-128 in CBC mode with PKCS#7 padding. For Fernet alone: it authenticates nothing by itself.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

#include <cstddef>

namespace patchbay::crypto {

inline constexpr std::size_t aes_block_size_bytes = 16;

// Key and initialisation vector have 16 bytes each.
[[nodiscard]] Result<Bytes> aes_cbc_encrypt(ByteView key,
                                            ByteView initialisation_vector,
                                            ByteView plain);
// Fails where the size or the padding is wrong.
[[nodiscard]] Result<SecretBytes> aes_cbc_decrypt(ByteView key,
                                                  ByteView initialisation_vector,
                                                  ByteView ciphertext);

}  // namespace patchbay::crypto
