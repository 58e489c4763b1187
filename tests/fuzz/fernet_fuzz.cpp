// Fernet tokens against a second reading of the specification, with OpenSSL's HMAC and unpadded
// AES. The first byte chooses what the rest is: a token as it stands, the bytes of one that is
// signed here, so that what lies behind the signature is reached, or a text to encrypt.
#include "core/crypto/fernet.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): the target's own words
using crypto::ByteView;
using fuzz::require;

constexpr std::size_t head_size = 25;
constexpr std::size_t mac_size = 32;
constexpr std::int64_t now_s = 1'795'411'384;

const crypto::FernetKey& key() {
  static const crypto::FernetKey made =
      crypto::FernetKey::parse("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=").value();
  return made;
}

std::vector<std::uint8_t> mac_of(ByteView bytes) {
  std::vector<std::uint8_t> mac(mac_size);
  unsigned size = 0;
  HMAC(EVP_sha256(), key().signing_key().data(), 16, bytes.data(), bytes.size(), mac.data(), &size);
  return mac;
}

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

std::string unpadded(ByteView vector, ByteView ciphertext) {
  std::string plain(ciphertext.size(), '\0');
  if (ciphertext.empty()) return plain;
  const std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter> context(EVP_CIPHER_CTX_new());
  int size = 0;
  const auto* const secret = key().encryption_key().data();
  EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, secret, vector.data());
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  EVP_DecryptUpdate(context.get(),
                    reinterpret_cast<unsigned char*>(plain.data()),
                    &size,
                    ciphertext.data(),
                    static_cast<int>(ciphertext.size()));
  require(static_cast<std::size_t>(size) == plain.size(), "the yardstick failed");
  return plain;
}

// The text of a token's bytes, where the specification lets them pass.
std::optional<std::string> second_reading(ByteView token) {
  if (token.size() < head_size + 16 + mac_size || token[0] != 0x80) return std::nullopt;
  const ByteView signed_part = token.first(token.size() - mac_size);
  const std::vector<std::uint8_t> mac = mac_of(signed_part);
  if (!std::equal(mac.begin(), mac.end(), token.last(mac_size).begin())) return std::nullopt;
  const ByteView ciphertext = signed_part.subspan(head_size);
  if (ciphertext.size() % 16 != 0) return std::nullopt;
  std::string plain = unpadded(token.subspan(9, 16), ciphertext);
  const auto padding = static_cast<std::uint8_t>(plain.back());
  if (padding == 0 || padding > 16) return std::nullopt;
  const bool is_padded = std::all_of(plain.end() - padding, plain.end(), [&](char byte) {
    return static_cast<std::uint8_t>(byte) == padding;
  });
  if (!is_padded) return std::nullopt;
  plain.resize(plain.size() - padding);
  return plain;
}

std::optional<std::string> decrypted(std::string_view token) {
  const Result<SecretBytes> plain = crypto::fernet_decrypt(key(), token);
  if (plain.ok()) return std::string(plain.value().expose_text());
  require(plain.error().code == ErrorCode::Vault, "another error");
  require(plain.error().message == "the token is not valid", "the error says more than it may");
  return std::nullopt;
}

void check_text_of_token(std::string_view token) {
  const std::optional<std::string> plain = decrypted(token);
  const std::optional<crypto::Bytes> bytes = crypto::from_base64url(token);
  require(!bytes || crypto::to_base64url(*bytes) == token, "base64url has two spellings");
  const std::optional<std::string> wanted = bytes ? second_reading(*bytes) : std::nullopt;
  require(plain == wanted, "a second reading judges otherwise");
}

void check_signed(ByteView unsigned_part) {
  std::vector<std::uint8_t> token(unsigned_part.begin(), unsigned_part.end());
  const std::vector<std::uint8_t> mac = mac_of(token);
  token.insert(token.end(), mac.begin(), mac.end());
  check_text_of_token(crypto::to_base64url(token));
}

void check_round_trip(ByteView plain) {
  const std::string token = crypto::fernet_encrypt(key(), plain, now_s).value();
  const std::string text(reinterpret_cast<const char*>(plain.data()), plain.size());
  require(decrypted(token) == text, "what was encrypted is decrypted otherwise");
  check_text_of_token(token);
  const auto opens_at = [&](std::int64_t time_s, std::int64_t ttl_s) {
    return crypto::fernet_decrypt(key(), token, crypto::FernetAge{ttl_s, time_s}).ok();
  };
  require(opens_at(now_s + 60, 60) && !opens_at(now_s + 61, 60), "the age rule");
  require(opens_at(now_s - 60, 0) && !opens_at(now_s - 61, 0), "the rule about the future");
  // Every other spelling is another token.
  const std::size_t at = text.size() * 31 % token.size();
  std::string other = token;
  other[at] = other[at] == 'A' ? 'B' : 'A';
  require(!decrypted(other), "a changed token opens");
  require(!decrypted(token.substr(0, at)), "a cut token opens");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, std::min(size - 1, crypto::fernet_plain_size_max));
  switch (data[0] % 3) {
    case 0: check_text_of_token({reinterpret_cast<const char*>(rest.data()), rest.size()}); break;
    case 1: check_signed(rest); break;
    default: check_round_trip(rest);
  }
  return 0;
}
