#include "core/crypto/encoding.hpp"

#include <sodium.h>

namespace patchbay::crypto {
namespace {

constexpr int variant = sodium_base64_VARIANT_URLSAFE;

// In constant time, as all about keys: no branch on a single character.
bool is_ascii(std::string_view text) {
  unsigned all = 0;
  for (const char character : text) all |= static_cast<std::uint8_t>(character);
  return (all & 0x80U) == 0;
}

// Without characters to ignore and without a place for the end, libsodium accepts the canonical
// form alone; only its result says so, the size may be set even on failure. It takes some bytes
// outside of ASCII for characters of the alphabet, however.
std::optional<std::size_t> decode_base64url(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t size = 0;
  if (text.size() % 4 != 0 || !is_ascii(text)) return std::nullopt;
  if (text.empty()) return size;
  const int result = sodium_base642bin(
      out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr, variant);
  if (result != 0) return std::nullopt;
  return size;
}

// Room for the NUL at the end, which libsodium writes, included.
std::size_t encoded_size(std::size_t size) {
  return sodium_base64_encoded_len(size, variant);
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes(text.size() / 2);
  if (bytes.empty()) return bytes;
  std::size_t size = 0;
  const int result =
      sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr);
  if (result != 0) return std::nullopt;
  return bytes;
}

std::string to_base64url(ByteView bytes) {
  std::string text(encoded_size(bytes.size()), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();
  return text;
}

std::optional<Bytes> from_base64url(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3);
  const auto size = decode_base64url(text, bytes);
  if (!size) return std::nullopt;
  bytes.resize(*size);
  return bytes;
}

Result<SecretBytes> secret_from_base64url(std::string_view text) {
  SecretBytes secret = PATCHBAY_TRY(SecretBytes::allocate(text.size() / 4 * 3));
  const auto size = decode_base64url(text, secret.expose());
  if (!size) return Error{ErrorCode::Vault, "a secret is not in base64url form", {}, {}};
  secret.shrink(*size);
  return secret;
}

Result<SecretBytes> secret_to_base64url(const SecretBytes& secret) {
  const std::size_t size = encoded_size(secret.size());
  SecretBytes text = PATCHBAY_TRY(SecretBytes::allocate(size));
  const ByteView bytes = secret.expose();
  sodium_bin2base64(
      reinterpret_cast<char*>(text.expose().data()), size, bytes.data(), bytes.size(), variant);
  text.shrink(size - 1);
  return text;
}

}  // namespace patchbay::crypto
