#include "host/vault/vault.hpp"

#include <algorithm>

namespace patchbay::host {

Result<crypto::FernetKey> padded_fernet_key(const SecretBytes& passphrase) {
  if (passphrase.empty())
    return Error{ErrorCode::BadInput, "the old system's key is empty", {}, {}};
  SecretBytes bytes = PATCHBAY_TRY(SecretBytes::allocate(crypto::FernetKey::size_bytes));
  const auto used =
      passphrase.expose().first(std::min(passphrase.size(), crypto::FernetKey::size_bytes));
  std::ranges::copy(used, bytes.expose().begin());  // fresh memory is zero
  return crypto::FernetKey::from_bytes(std::move(bytes));
}

}  // namespace patchbay::host
