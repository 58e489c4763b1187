// The strict vectors among the fixtures: every one must agree.
#include "core/base/file.hpp"
#include "core/crypto/fernet.hpp"
#include "core/json/value.hpp"
#include "tests/support/fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace patchbay::crypto {
namespace {

using json::Value;

constexpr std::string_view nul_escape = "\\u0000";
constexpr std::string_view stand_in = "\xEE\x80\x80";

class FernetVectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path path = test::fixtures() / "fernet" / "own_strict_vectors.json";
    PATCHBAY_NEEDS_FIXTURE(path);
    // One token contains an escaped NUL, which our JSON refuses: a stand-in carries it through.
    std::string text = read_file(path, 1 << 20).value();
    for (std::size_t at = text.find(nul_escape); at != std::string::npos;
         at = text.find(nul_escape))
      text.replace(at, nul_escape.size(), stand_in);
    document_ = json::parse(text).value();
  }

  [[nodiscard]] const json::Array& group(std::string_view name) const {
    const Value* found = document_.find(name);
    EXPECT_NE(found, nullptr) << name;
    return *found->array();
  }

  Value document_;
};

std::int64_t integer_of(const Value& vector, std::string_view name) {
  return *vector.find(name)->integer();
}

std::optional<FernetAge> age_of(const Value& vector) {
  const Value* ttl = vector.find("ttl_sec");
  if (ttl == nullptr || ttl->integer() == nullptr) return std::nullopt;
  return FernetAge{*ttl->integer(), integer_of(vector, "now")};
}

FernetKey key_of(const Value& vector) {
  return FernetKey::parse(vector.text("secret")).value();
}

std::string token_of(const Value& vector) {
  std::string token(vector.text("token"));
  if (const std::size_t at = token.find(stand_in); at != std::string::npos)
    token.replace(at, stand_in.size(), 1, '\0');
  return token;
}

TEST_F(FernetVectorsTest, ValidTokensAreMadeAndOpened) {
  EXPECT_EQ(group("valid").size(), 41U);
  for (const Value& vector : group("valid")) {
    const Bytes plain = from_hex(vector.text("src_hex")).value();
    FernetOptions options;
    const Bytes iv = from_hex(vector.text("iv_hex")).value();
    options.initialisation_vector.emplace();
    std::copy(iv.begin(), iv.end(), options.initialisation_vector->begin());
    const FernetKey key = key_of(vector);
    EXPECT_EQ(fernet_encrypt(key, plain, integer_of(vector, "now"), options).value(),
              token_of(vector))
        << vector.text("id");
    const auto opened = fernet_decrypt(key, token_of(vector));
    ASSERT_TRUE(opened.ok()) << vector.text("id");
    EXPECT_TRUE(std::ranges::equal(opened.value().expose(), plain)) << vector.text("id");
  }
}

TEST_F(FernetVectorsTest, InvalidTokensAreRefusedWithOneErrorForAll) {
  EXPECT_EQ(group("invalid_strict").size(), 59U);
  std::set<std::string> messages;
  for (const Value& vector : group("invalid_strict")) {
    const auto opened = fernet_decrypt(key_of(vector), token_of(vector), age_of(vector));
    EXPECT_FALSE(opened.ok()) << vector.text("id");
    if (!opened.ok()) messages.insert(opened.error().message);
  }
  EXPECT_EQ(messages.size(), 1U);
}

TEST_F(FernetVectorsTest, EdgesOfTimeAreAccepted) {
  EXPECT_EQ(group("edge_ok").size(), 4U);
  for (const Value& vector : group("edge_ok"))
    EXPECT_TRUE(fernet_decrypt(key_of(vector), token_of(vector), age_of(vector)).ok())
        << vector.text("id");
}

TEST_F(FernetVectorsTest, BadKeysAreRefused) {
  EXPECT_EQ(group("bad_keys").size(), 9U);
  for (const Value& vector : group("bad_keys"))
    EXPECT_FALSE(FernetKey::parse(vector.text("secret")).ok()) << vector.text("id");
}

}  // namespace
}  // namespace patchbay::crypto
