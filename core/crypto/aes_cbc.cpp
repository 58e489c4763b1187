#include "core/crypto/aes_cbc.hpp"

#include <openssl/evp.h>

#include <limits>
#include <memory>
#include <span>

namespace patchbay::crypto {
namespace {

enum class Direction : std::uint8_t { Decrypt = 0, Encrypt = 1 };

// Freeing the context wipes the key schedule in it.
using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Error cipher_error() {
  return Error{ErrorCode::Internal, "AES-128-CBC failed", {}, {}};
}

// The count of bytes written to `out`, which has room for one block more than `in`.
Result<std::size_t> run_cipher(Direction direction,
                               ByteView key,
                               ByteView initialisation_vector,
                               ByteView in,
                               std::span<std::uint8_t> out) {
  const bool right_sizes = key.size() == aes_block_size_bytes &&
                           initialisation_vector.size() == aes_block_size_bytes &&
                           in.size() <= std::numeric_limits<int>::max() - aes_block_size_bytes &&
                           out.size() >= in.size() + aes_block_size_bytes;
  if (!right_sizes) return cipher_error();
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int written = 0;
  int rest = 0;
  const bool done =
      context != nullptr &&
      EVP_CipherInit_ex2(context.get(),
                         EVP_aes_128_cbc(),
                         key.data(),
                         initialisation_vector.data(),
                         static_cast<int>(direction),
                         nullptr) == 1 &&
      EVP_CipherUpdate(
          context.get(), out.data(), &written, in.data(), static_cast<int>(in.size())) == 1 &&
      EVP_CipherFinal_ex(context.get(), out.data() + written, &rest) == 1;
  if (!done) return cipher_error();
  return static_cast<std::size_t>(written) + static_cast<std::size_t>(rest);
}

}  // namespace

Result<Bytes> aes_cbc_encrypt(ByteView key, ByteView initialisation_vector, ByteView plain) {
  Bytes out(plain.size() + aes_block_size_bytes);
  out.resize(PATCHBAY_TRY(run_cipher(Direction::Encrypt, key, initialisation_vector, plain, out)));
  return out;
}

Result<SecretBytes> aes_cbc_decrypt(ByteView key,
                                    ByteView initialisation_vector,
                                    ByteView ciphertext) {
  SecretBytes out = PATCHBAY_TRY(SecretBytes::allocate(ciphertext.size() + aes_block_size_bytes));
  out.shrink(PATCHBAY_TRY(
      run_cipher(Direction::Decrypt, key, initialisation_vector, ciphertext, out.expose())));
  return out;
}

}  // namespace patchbay::crypto
