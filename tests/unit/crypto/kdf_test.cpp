#include "core/crypto/kdf.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace patchbay::crypto {
namespace {

std::string hkdf(std::string_view salt,
                 std::string_view material,
                 std::string_view info,
                 std::size_t size) {
  const SecretBytes secret = SecretBytes::copy_of(from_hex(material).value()).value();
  const Bytes info_bytes = from_hex(info).value();
  const std::string_view info_text(reinterpret_cast<const char*>(info_bytes.data()),
                                   info_bytes.size());
  return to_hex(hkdf_sha256(from_hex(salt).value(), secret, info_text, size).value().expose());
}

TEST(HkdfTest, MatchesRfc5869Case1) {
  EXPECT_EQ(hkdf("000102030405060708090a0b0c",
                 "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
                 "f0f1f2f3f4f5f6f7f8f9",
                 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(HkdfTest, MatchesRfc5869Case2) {
  EXPECT_EQ(
      hkdf("606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788"
           "898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
           "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728"
           "292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
           "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8"
           "d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
           82),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41"
      "c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

TEST(HkdfTest, MatchesRfc5869Case3) {
  EXPECT_EQ(hkdf("", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", 42),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(HkdfTest, GivesUpTo255Blocks) {
  const SecretBytes secret = random_secret(32).value();
  const SecretBytes longest = hkdf_sha256({}, secret, "x", 255UL * 32).value();
  EXPECT_EQ(longest.size(), 255U * 32);
  // A shorter one is its beginning.
  const SecretBytes shorter = hkdf_sha256({}, secret, "x", 33).value();
  EXPECT_EQ(to_hex(shorter.expose()), to_hex(longest.expose().first(33)));
  EXPECT_FALSE(hkdf_sha256({}, secret, "x", 255UL * 32 + 1).ok());
  EXPECT_FALSE(hkdf_sha256({}, secret, "x", 0).ok());
}

TEST(HkdfTest, SeparatesByLabel) {
  const SecretBytes secret = random_secret(32).value();
  EXPECT_NE(to_hex(hkdf_sha256({}, secret, "fernet/v1", 32).value().expose()),
            to_hex(hkdf_sha256({}, secret, "fernet/v2", 32).value().expose()));
}

TEST(RandomTest, GivesDifferentBytesOfTheSizeAskedFor) {
  EXPECT_EQ(random_bytes(24).value().size(), 24U);
  EXPECT_NE(random_bytes(32).value(), random_bytes(32).value());
  const SecretBytes first = random_secret(32).value();
  EXPECT_EQ(first.size(), 32U);
  EXPECT_NE(to_hex(first.expose()), to_hex(random_secret(32).value().expose()));
}

TEST(RandomTest, RefusesAbsurdSizes) {
  EXPECT_FALSE(random_bytes(0).ok());
  EXPECT_FALSE(random_secret(0).ok());
  EXPECT_TRUE(random_bytes(1UL << 20U).ok());
  EXPECT_FALSE(random_bytes((1UL << 20U) + 1).ok());
}

TEST(InitialiseTest, MayBeRepeatedAndShared) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([] { EXPECT_TRUE(initialise().ok()); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(initialise().ok());
}

}  // namespace
}  // namespace patchbay::crypto
