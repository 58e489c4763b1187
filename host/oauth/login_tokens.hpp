// The tokens of one login, as one text to be encrypted.
#pragma once

#include "core/base/secret.hpp"

#include <cstdint>
#include <string>

namespace patchbay::host {

struct LoginTokens {
  SecretBytes refresh_token;
  SecretBytes access_token;              // empty: not at hand
  std::int64_t fresh_until_unix_ms = 0;  // the access token is good

  // Names the key, since an encrypted text does not say to which row it belongs. An access token
  // that makes it longer than a credential may be is left away.
  [[nodiscard]] Result<SecretBytes> text(const std::string& key_id) const;
  // Errors: Vault, where it is not text() for this key.
  [[nodiscard]] static Result<LoginTokens> parse(const SecretBytes& text,
                                                 const std::string& key_id);
};

}  // namespace patchbay::host
