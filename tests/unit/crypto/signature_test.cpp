#include "core/crypto/signature.hpp"

#include "core/crypto/kdf.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::crypto {
namespace {

SigningKey key_of(std::string_view seed_hex) {
  return SigningKey::from_seed(SecretBytes::copy_of(from_hex(seed_hex).value()).value()).value();
}

TEST(SignatureTest, MatchesTheVectorsOfRfc8032) {
  const SigningKey first =
      key_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  EXPECT_EQ(to_hex(first.public_key()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(
      to_hex(first.sign({})),
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
      "f9b46bd25bf5f0595bbe24655141438e7a100b");
  const SigningKey second =
      key_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  EXPECT_EQ(
      to_hex(second.sign(Bytes{0x72})),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
      "f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(SignatureTest, VerifiesWhatWasSigned) {
  const SigningKey key = SigningKey::generate().value();
  const Signature signature = key.sign(bytes_of("activate key 7"));
  EXPECT_TRUE(verify(key.public_key(), bytes_of("activate key 7"), signature));
  EXPECT_FALSE(verify(key.public_key(), bytes_of("activate key 8"), signature));
  EXPECT_FALSE(
      verify(SigningKey::generate().value().public_key(), bytes_of("activate key 7"), signature));
}

TEST(SignatureTest, RefusesEveryChangedBitAndOtherSizes) {
  const SigningKey key = SigningKey::generate().value();
  const Bytes message(20, 1);
  const Signature signature = key.sign(message);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Signature changed = signature;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(verify(key.public_key(), message, changed)) << bit;
  }
  EXPECT_FALSE(verify(key.public_key(), message, {}));
  EXPECT_FALSE(verify(key.public_key(), message, ByteView(signature).first(63)));
  Bytes longer(signature.begin(), signature.end());
  longer.push_back(0);
  EXPECT_FALSE(verify(key.public_key(), message, longer));
}

TEST(SigningKeyTest, ComesBackFromItsSeed) {
  const SigningKey key = SigningKey::generate().value();
  const SecretBytes seed = key.seed().value();
  EXPECT_EQ(seed.size(), SigningKey::seed_size_bytes);
  EXPECT_EQ(SigningKey::from_seed(seed).value().public_key(), key.public_key());
  EXPECT_NE(SigningKey::generate().value().public_key(), key.public_key());
}

TEST(SigningKeyTest, RefusesSeedsOfAnotherSize) {
  EXPECT_FALSE(SigningKey::from_seed(random_secret(31).value()).ok());
  EXPECT_FALSE(SigningKey::from_seed(random_secret(64).value()).ok());
  EXPECT_FALSE(SigningKey::from_seed(SecretBytes()).ok());
}

}  // namespace
}  // namespace patchbay::crypto
