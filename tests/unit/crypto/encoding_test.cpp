#include "core/crypto/encoding.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>

namespace patchbay::crypto {
namespace {

TEST(HexTest, WritesLowerCaseAndReadsBoth) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x7F, 0xA0, 0xFF}), "007fa0ff");
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(from_hex("007FA0ff").value(), (Bytes{0x00, 0x7F, 0xA0, 0xFF}));
  EXPECT_EQ(from_hex("").value(), Bytes());
}

TEST(HexTest, RefusesWhatIsNoHex) {
  for (const std::string_view text : {"0", "0g", "00 11", "0x00", " 00", "00\n", "zz", "é0"})
    EXPECT_FALSE(from_hex(text).has_value()) << text;
}

TEST(Base64UrlTest, MatchesTheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64url(bytes_of(plain)), encoded);
    EXPECT_EQ(from_base64url(encoded).value(), Bytes(plain.begin(), plain.end()));
  }
  EXPECT_EQ(to_base64url(Bytes{0xFB, 0xFF, 0xFE}), "-__-");
}

TEST(Base64UrlTest, RefusesEveryFormButTheCanonicalOne) {
  for (const std::string_view text : {"Zg",
                                      "Zg=",
                                      "Zg===",
                                      "Zh==",
                                      "Zm9=",
                                      "Z",
                                      "=",
                                      "====",
                                      "Zg==Zg==",
                                      "Zm9v\n",
                                      " Zm9v",
                                      "Zm 9",
                                      "+//+",
                                      "Zm9v====",
                                      "Zg==\n",
                                      "Z===",
                                      "Zm9vYg==x"})
    EXPECT_FALSE(from_base64url(text).has_value()) << text;
  EXPECT_FALSE(from_base64url(std::string_view("Zm9\0", 4)).has_value());
}

// libsodium alone takes some bytes above 127 for letters.
TEST(Base64UrlTest, TakesTheCharactersOfTheAlphabetAndNoOther) {
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char character = static_cast<char>(byte);
    const bool is_letter = alphabet.find(character) != std::string_view::npos;
    const bool is_digit = std::isxdigit(static_cast<int>(byte)) != 0;
    for (std::size_t place = 0; place < 3; ++place) {
      std::string text = "AAAA";
      text[place] = character;
      EXPECT_EQ(from_base64url(text).has_value(), is_letter) << byte << " at " << place;
      EXPECT_EQ(secret_from_base64url(text).ok(), is_letter) << byte << " at " << place;
      EXPECT_EQ(from_hex(text).has_value(), is_digit) << byte << " at " << place;
    }
  }
}

TEST(Base64UrlTest, ReadsWhatItWrites) {
  std::mt19937_64 random(4);
  for (std::size_t size = 0; size < 200; ++size) {
    Bytes bytes(size);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
  }
}

TEST(Base64UrlTest, CarriesSecretsFromGuardedMemoryToGuardedMemory) {
  const SecretBytes secret = SecretBytes::copy_of(std::string_view("fooba")).value();
  const SecretBytes text = secret_to_base64url(secret).value();
  EXPECT_EQ(text.expose_text(), "Zm9vYmE=");
  EXPECT_EQ(secret_from_base64url(text.expose_text()).value().expose_text(), "fooba");
  EXPECT_TRUE(secret_from_base64url("").value().empty());
}

TEST(Base64UrlTest, DoesNotRepeatABadSecret) {
  const auto secret = secret_from_base64url("banana!!");
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().code, ErrorCode::Vault);
  EXPECT_EQ(secret.error().message.find("banana"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::crypto
