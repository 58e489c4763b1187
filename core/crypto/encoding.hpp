// Base64url and hex for keys and digests: strict, constant time. Not for images: see core/media.
#pragma once

#include "core/base/secret.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::crypto {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
// With padding, as Fernet has it.
[[nodiscard]] std::string to_base64url(ByteView bytes);
// Canonical form only: padding present, no white space, no stray bits.
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);
[[nodiscard]] Result<SecretBytes> secret_from_base64url(std::string_view text);
[[nodiscard]] Result<SecretBytes> secret_to_base64url(const SecretBytes& secret);

}  // namespace patchbay::crypto
