#include "core/crypto/seal.hpp"

#include "core/crypto/kdf.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::crypto {
namespace {

constexpr std::string_view plain = "thirty-two bytes of a root key..";
constexpr std::string_view context = "project|slot-1|keyfile";

TEST(SealTest, OpensWithTheSameKeyAndContext) {
  const SecretBytes key = random_secret(seal_key_size_bytes).value();
  const Bytes sealed = seal(key, bytes_of(plain), context).value();
  EXPECT_EQ(sealed.size(), 24 + plain.size() + 16);
  EXPECT_EQ(open_sealed(key, sealed, context).value().expose_text(), plain);
}

TEST(SealTest, SealsAnEmptySecret) {
  const SecretBytes key = random_secret(seal_key_size_bytes).value();
  const Bytes sealed = seal(key, {}, "").value();
  EXPECT_TRUE(open_sealed(key, sealed, "").value().empty());
  EXPECT_FALSE(open_sealed(key, sealed, "x").ok());
}

TEST(SealTest, MatchesTheVectorOfTheXChaChaDraft) {
  Bytes key(32);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(0x80 + i);
  const Bytes sealed = from_hex(
                           "404142434445464748494a4b4c4d4e4f5051525354555657"
                           "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                           "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                           "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                           "21f9664c97637da9768812f615c68b13b52e"
                           "c0875924c1c7987947deafd8780acf49")
                           .value();
  const Bytes associated = from_hex("50515253c0c1c2c3c4c5c6c7").value();
  const std::string_view associated_text(reinterpret_cast<const char*>(associated.data()),
                                         associated.size());
  const SecretBytes opened =
      open_sealed(SecretBytes::copy_of(key).value(), sealed, associated_text).value();
  EXPECT_EQ(opened.expose_text(),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            "future, sunscreen would be it.");
}

TEST(SealTest, NeverRepeatsANonce) {
  const SecretBytes key = random_secret(seal_key_size_bytes).value();
  EXPECT_NE(seal(key, bytes_of(plain), context).value(),
            seal(key, bytes_of(plain), context).value());
}

TEST(SealTest, RefusesEveryChangeWithOneMessage) {
  const SecretBytes key = random_secret(seal_key_size_bytes).value();
  const Bytes sealed = seal(key, bytes_of(plain), context).value();
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    Bytes changed = sealed;
    changed[at] ^= 1U;
    const auto opened = open_sealed(key, changed, context);
    ASSERT_FALSE(opened.ok()) << at;
    EXPECT_EQ(opened.error().code, ErrorCode::Vault);
    EXPECT_EQ(opened.error().message, "a sealed secret does not open with this key");
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(open_sealed(key, ByteView(sealed).first(size), context).ok()) << size;
}

TEST(SealTest, RefusesAnotherKeyOrContext) {
  const SecretBytes key = random_secret(seal_key_size_bytes).value();
  const Bytes sealed = seal(key, bytes_of(plain), context).value();
  EXPECT_FALSE(open_sealed(random_secret(32).value(), sealed, context).ok());
  EXPECT_FALSE(open_sealed(key, sealed, "project|slot-2|keyfile").ok());
}

TEST(SealTest, RefusesKeysOfAnotherSize) {
  const SecretBytes short_key = random_secret(31).value();
  EXPECT_FALSE(seal(short_key, bytes_of(plain), context).ok());
  EXPECT_FALSE(open_sealed(short_key, Bytes(100), context).ok());
}

}  // namespace
}  // namespace patchbay::crypto
