#include "core/crypto/fernet.hpp"

#include "core/crypto/kdf.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <string>

namespace patchbay::crypto {
namespace {

// Made with Python's `cryptography`: the key is the bytes 0 to 31.
constexpr std::string_view key_text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr std::string_view token =
    "gAAAAABJlgLSMDEyMzQ1Njc4OTo7PD0-P06WM1OhTMZblJSwiadHy1LKnorfP_XQ7amiPb3N54rxWXHpJof4uMWX5Mjl_"
    "pNhukEpQHzwI-PMdE-uOoiuTQQ=";
constexpr std::string_view message = "bananas grow on herbs";
constexpr std::int64_t made_s = 1'234'567'890;

FernetKey key() {
  return FernetKey::parse(key_text).value();
}

std::array<std::uint8_t, 16> vector_from(std::uint8_t first) {
  std::array<std::uint8_t, 16> vector{};
  std::iota(vector.begin(), vector.end(), first);
  return vector;
}

bool opens(std::string_view text, std::optional<FernetAge> age = std::nullopt) {
  const auto plain = fernet_decrypt(key(), text, age);
  if (!plain.ok()) {
    EXPECT_EQ(plain.error().code, ErrorCode::Vault);
    EXPECT_EQ(plain.error().message, "the token is not valid");
    EXPECT_EQ(plain.error().hint, "");
  }
  return plain.ok();
}

TEST(FernetTest, MakesTheTokensOfOtherImplementations) {
  FernetOptions options;
  options.initialisation_vector = vector_from(0x30);
  EXPECT_EQ(fernet_encrypt(key(), bytes_of(message), made_s, options).value(), token);
  options.initialisation_vector = std::array<std::uint8_t, 16>{};
  EXPECT_EQ(fernet_encrypt(key(), {}, 0, options).value(),
            "gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM1N-Y9qS0VXYKUjr6BoffxjlZWM-uG_"
            "cNpzTcpDsEZqljYihWZyn1rAa1-h3Na1FA==");
  Bytes block(16);
  std::iota(block.begin(), block.end(), std::uint8_t{0});
  options.initialisation_vector->fill(0xFF);
  EXPECT_EQ(fernet_encrypt(key(), block, std::int64_t{1} << 40U, options).value(),
            "gAAAAQAAAAAA_____________________3N6rtP4HuJxpxoEQ6xIndzQjr-"
            "yOIgFt46JPV21UOfUT1A1QTG5hhzOApxC1hmnipo-013TOjK8Xrq3rIsO9ZQ=");
}

TEST(FernetTest, OpensTheTokensOfOtherImplementations) {
  EXPECT_EQ(fernet_decrypt(key(), token).value().expose_text(), message);
}

TEST(FernetTest, UsesAFreshVectorEachTime) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(tokens.insert(fernet_encrypt(key(), bytes_of(message), made_s).value()).second);
  for (const std::string& text : tokens) EXPECT_TRUE(opens(text));
}

TEST(FernetTest, RefusesEveryChangedCharacter) {
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed(token);
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(opens(changed)) << at;
  }
}

TEST(FernetTest, RefusesEveryTruncation) {
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_FALSE(opens(token.substr(0, size))) << size;
}

TEST(FernetTest, RefusesAnotherKey) {
  const FernetKey other = FernetKey::from_bytes(random_secret(32).value()).value();
  EXPECT_FALSE(fernet_decrypt(other, token).ok());
}

TEST(FernetTest, ChecksTheAgeOnlyWhenAsked) {
  EXPECT_TRUE(opens(token));
  EXPECT_TRUE(opens(token, FernetAge{60, made_s + 60}));
  EXPECT_FALSE(opens(token, FernetAge{60, made_s + 61}));
  EXPECT_TRUE(opens(token, FernetAge{60, made_s - 60}));
  EXPECT_FALSE(opens(token, FernetAge{60, made_s - 61}));
  EXPECT_FALSE(opens(token, FernetAge{0, made_s + 1}));
  EXPECT_FALSE(opens(token, FernetAge{-1, made_s}));
  EXPECT_FALSE(opens(token, FernetAge{60, -1}));
  EXPECT_TRUE(opens(token, FernetAge{INT64_MAX, INT64_MAX}));
}

TEST(FernetTest, TakesTextsUpToItsLimit) {
  const Bytes longest(fernet_plain_size_max, 'x');
  const std::string text = fernet_encrypt(key(), longest, made_s).value();
  EXPECT_EQ(fernet_decrypt(key(), text).value().size(), fernet_plain_size_max);
  const Bytes longer(fernet_plain_size_max + 1, 'x');
  const auto refused = fernet_encrypt(key(), longer, made_s);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::BadInput);
  EXPECT_FALSE(opens(std::string(1'000'000, 'A')));
}

TEST(FernetTest, RefusesATimeThatTheFormatCannotHold) {
  EXPECT_FALSE(fernet_encrypt(key(), bytes_of(message), -1).ok());
}

TEST(FernetKeyTest, IsReadAndWrittenAsText) {
  EXPECT_EQ(key().text().value().expose_text(), key_text);
  EXPECT_EQ(key().signing_key()[0], 0);
  EXPECT_EQ(key().signing_key().size(), 16U);
  EXPECT_EQ(key().encryption_key()[0], 16);
  EXPECT_EQ(key().encryption_key().size(), 16U);
}

TEST(FernetKeyTest, RefusesOtherSizesWithoutRepeatingThem) {
  for (const std::size_t size : {0U, 16U, 31U, 33U, 64U}) {
    SecretBytes bytes = SecretBytes::allocate(size).value();
    EXPECT_FALSE(FernetKey::from_bytes(std::move(bytes)).ok()) << size;
  }
  const auto bad = FernetKey::parse("banana-banana-banana");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::Vault);
  EXPECT_NE(bad.error().message.find("44 characters"), std::string::npos);
  EXPECT_EQ(bad.error().message.find("banana"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::crypto
