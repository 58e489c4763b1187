#include "core/crypto/versions.hpp"

#include <openssl/crypto.h>
#include <openssl/opensslv.h>

#include <sodium.h>

namespace patchbay::crypto {

std::vector<LibraryVersion> library_versions() {
  return {{"libsodium", sodium_version_string(), SODIUM_VERSION_STRING},
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING), OPENSSL_FULL_VERSION_STR}};
}

}  // namespace patchbay::crypto
