#include "core/crypto/password.hpp"

#include <sodium.h>
#include <string>

namespace patchbay::crypto {
namespace {

static_assert(password_salt_size_bytes == crypto_pwhash_argon2id_SALTBYTES);

Error bad_cost(const PasswordCost& cost) {
  return Error{ErrorCode::BadInput,
               "a password cost of " + std::to_string(cost.operations) + " passes over " +
                   std::to_string(cost.memory_bytes) + " bytes is beyond the limits",
               {},
               {}};
}

}  // namespace

Result<SecretBytes> password_key(const SecretBytes& password,
                                 ByteView salt,
                                 const PasswordCost& cost) {
  if (!cost.is_within_limits()) return bad_cost(cost);
  if (salt.size() != password_salt_size_bytes)
    return Error{ErrorCode::BadInput, "a password's salt has another size than 16 bytes", {}, {}};
  SecretBytes key = PATCHBAY_TRY(SecretBytes::allocate(password_key_size_bytes));
  const int result = crypto_pwhash_argon2id(key.expose().data(),
                                            key.size(),
                                            password.expose_text().data(),
                                            password.size(),
                                            salt.data(),
                                            static_cast<unsigned long long>(cost.operations),
                                            static_cast<std::size_t>(cost.memory_bytes),
                                            crypto_pwhash_argon2id_ALG_ARGON2ID13);
  if (result == 0) return key;
  return Error{ErrorCode::Internal,
               "the " + std::to_string(cost.memory_bytes >> 20U) +
                   " MiB that checking a password takes cannot be had",
               "free memory, or raise its limit",
               {}};
}

}  // namespace patchbay::crypto
