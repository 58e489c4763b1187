#include "core/crypto/seal.hpp"

#include <sodium.h>

namespace patchbay::crypto {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(seal_key_size_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

}  // namespace

Result<Bytes> seal(const SecretBytes& key, ByteView plain, std::string_view context) {
  if (key.size() != seal_key_size_bytes)
    return Error{ErrorCode::Internal, "a sealing key has another size than 32 bytes", {}, {}};
  Bytes out(nonce_size + plain.size() + tag_size);
  randombytes_buf(out.data(), nonce_size);
  const ByteView associated = bytes_of(context);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + nonce_size,
                                             nullptr,
                                             plain.data(),
                                             plain.size(),
                                             associated.data(),
                                             associated.size(),
                                             nullptr,
                                             out.data(),
                                             key.expose().data());
  return out;
}

Result<SecretBytes> open_sealed(const SecretBytes& key, ByteView sealed, std::string_view context) {
  const Error failure{ErrorCode::Vault, "a sealed secret does not open with this key", {}, {}};
  if (key.size() != seal_key_size_bytes || sealed.size() < nonce_size + tag_size) return failure;
  const ByteView ciphertext = sealed.subspan(nonce_size);
  SecretBytes plain = PATCHBAY_TRY(SecretBytes::allocate(ciphertext.size() - tag_size));
  const ByteView associated = bytes_of(context);
  const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(plain.expose().data(),
                                                                nullptr,
                                                                nullptr,
                                                                ciphertext.data(),
                                                                ciphertext.size(),
                                                                associated.data(),
                                                                associated.size(),
                                                                sealed.data(),
                                                                key.expose().data());
  if (result != 0) return failure;
  return plain;
}

}  // namespace patchbay::crypto
