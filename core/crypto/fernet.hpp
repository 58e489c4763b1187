// Fernet tokens to the letter of github.com/fernet/spec: AES-128-CBC and HMAC-SHA256, base64url.
#pragma once

#include "core/base/secret.hpp"
#include "core/crypto/encoding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::crypto {

// 32 bytes: signing key, then encryption key.
class FernetKey {
 public:
  static constexpr std::size_t size_bytes = 32;

  [[nodiscard]] static Result<FernetKey> from_bytes(SecretBytes bytes);
  // The 44 characters that other libraries exchange.
  [[nodiscard]] static Result<FernetKey> parse(std::string_view text);
  [[nodiscard]] Result<SecretBytes> text() const;  // the 44 characters

  [[nodiscard]] ByteView signing_key() const { return bytes_.expose().first(16); }
  [[nodiscard]] ByteView encryption_key() const { return bytes_.expose().subspan(16); }

 private:
  explicit FernetKey(SecretBytes bytes) : bytes_(std::move(bytes)) {}
  SecretBytes bytes_;
};

// The longest text that becomes a token. Credentials are far shorter.
inline constexpr std::size_t fernet_plain_size_max = std::size_t{64} << 10U;

struct FernetOptions {
  std::optional<std::array<std::uint8_t, 16>> initialisation_vector;  // absent: random; for tests
};

[[nodiscard]] Result<std::string> fernet_encrypt(const FernetKey& key,
                                                 ByteView plain,
                                                 std::int64_t unix_seconds,
                                                 const FernetOptions& options = FernetOptions());

// Refuses tokens older than `ttl_s` and those more than 60 s in the future.
struct FernetAge {
  std::int64_t ttl_s = 0;
  std::int64_t now_unix_s = 0;
};

// Every failure is the same error, ErrorCode::Vault "the token is not valid", on one path. Without
// an age, neither time rule applies: stored keys do not expire.
[[nodiscard]] Result<SecretBytes> fernet_decrypt(
    const FernetKey& key,
    std::string_view token,
    const std::optional<FernetAge>& age = std::nullopt);

}  // namespace patchbay::crypto
