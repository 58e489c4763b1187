#include "core/crypto/hash.hpp"

#include "core/crypto/kdf.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace patchbay::crypto {
namespace {

TEST(Sha256Test, MatchesTheVectorsOfFips180) {
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Test, GivesTheSameInPieces) {
  const std::string text(1000, 'a');
  for (const std::size_t piece : {1U, 7U, 64U, 999U}) {
    Sha256 digest;
    for (std::size_t at = 0; at < text.size(); at += piece)
      digest.update(bytes_of(std::string_view(text).substr(at, piece)));
    EXPECT_EQ(digest.finish(), sha256(bytes_of(text))) << piece;
  }
}

TEST(Sha256Test, GoesOnAfterAMove) {
  Sha256 first;
  first.update(bytes_of("ab"));
  Sha256 second = std::move(first);
  second.update(bytes_of("c"));
  EXPECT_EQ(second.finish(), sha256(bytes_of("abc")));
}

TEST(FingerprintTest, DependsOnTheKeyAndTheSecret) {
  const SecretBytes key = random_secret(32).value();
  const SecretBytes other = random_secret(32).value();
  const std::string shown = fingerprint(key, bytes_of("AIza-banana"));
  EXPECT_EQ(shown.size(), 8U);
  EXPECT_EQ(shown.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(shown, fingerprint(key, bytes_of("AIza-banana")));
  EXPECT_NE(shown, fingerprint(key, bytes_of("AIza-banane")));
  EXPECT_NE(shown, fingerprint(other, bytes_of("AIza-banana")));
}

TEST(FingerprintTest, IsKeyedBlake2b) {
  // From Python: hashlib.blake2b(b"abc", key=bytes(32), digest_size=32).hexdigest()[:8]
  const SecretBytes key = SecretBytes::allocate(32).value();
  EXPECT_EQ(fingerprint(key, bytes_of("abc")), "bad705ff");
}

}  // namespace
}  // namespace patchbay::crypto
