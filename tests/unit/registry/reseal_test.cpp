// After its owner changed a provider, keys follow; what the owner did not say, nobody signs for.
#include "tests/unit/registry/tamper_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::TamperHome;

constexpr Registry::Said everything{
    .endpoint = true, .auth_type = true, .allow_private = true, .adapter = true};

Registry::Resealed reseal(TamperHome& home, const Registry::Said& said = {}) {
  return must(home.registry.reseal_keys(home.catalog, home.provider(), home.owner, said));
}

TEST(ResealTest, FollowsTheProviderThatTheOwnerChanged) {
  TamperHome home;
  must(home.registry.deactivate_key(home.other_id, "refused"));
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  Provider provider = home.provider();
  provider.endpoint_url = "http://127.0.0.1:9000/v1";
  provider.auth_type = "api_key";
  provider.settings["allow_private"] = "1";
  must(home.registry.update_provider(provider));
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
  EXPECT_EQ(must(home.registry.reseal_keys(home.catalog, provider, home.owner, everything)).sealed,
            1U);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
  EXPECT_EQ(home.key(home.key_id).activation, 2);
  // A key that was off stays off, and for the same reason.
  const Key off = home.key(home.other_id);
  EXPECT_EQ(off.seal, SealState::Withdrawn);
  EXPECT_FALSE(off.is_active);
  EXPECT_EQ(off.inactive_reason, "refused");
  home.apply("UPDATE api_keys SET is_active = 1 WHERE id = 'OTHER'");
  EXPECT_EQ(home.key(home.other_id).seal, SealState::Tampered);
}

TEST(ResealTest, LeavesKeysThatThemselvesWereChanged) {
  TamperHome home;
  home.apply("UPDATE api_keys SET environment = 'production' WHERE id = 'KEY'");
  EXPECT_EQ(reseal(home).sealed, 1U);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
  EXPECT_EQ(home.key(home.other_id).seal, SealState::Sealed);
}

TEST(ResealTest, LeavesKeysWhoseSealIsDamagedOrGone) {
  TamperHome home;
  home.apply(
      "UPDATE patchbay_key_seals SET origins = '[' WHERE key_id = 'KEY';"
      "DELETE FROM patchbay_key_seals WHERE key_id = 'OTHER'");
  EXPECT_EQ(reseal(home).sealed, 0U);
  EXPECT_EQ(home.key(home.other_id).seal, SealState::Unsealed);
}

TEST(ResealTest, LeavesKeysThatWereSwitchedOnBehindOurBack) {
  TamperHome home;
  must(home.registry.deactivate_key(home.key_id, "refused"));
  home.apply("UPDATE api_keys SET is_active = 1 WHERE id = 'KEY'");
  EXPECT_EQ(reseal(home).sealed, 1U);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
}

TEST(ResealTest, LeavesKeysThatLeadElsewhereByWhatTheOwnerDidNotSay) {
  constexpr const char* changes[] = {
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'",
      "UPDATE api_providers SET auth_type = 'api_key' WHERE id = 'PROVIDER'",
      "INSERT INTO patchbay_provider_settings VALUES ('PROVIDER', 'allow_private', '1')",
  };
  for (const char* change : changes) {
    TamperHome home;
    home.apply(change);
    const Registry::Resealed count = reseal(home);
    EXPECT_EQ(count.sealed, 0U) << change;
    EXPECT_EQ(count.left, 2U) << change;
    EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered) << change;
  }
}

TEST(ResealTest, SealsWhatTheOwnerSaid) {
  TamperHome home;
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://mirror.example' WHERE id = 'PROVIDER'");
  EXPECT_EQ(reseal(home, {.endpoint = true}).sealed, 2U);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
}

TEST(ResealTest, RefusesARowThatIsNotTheOneItsOwnerWrote) {
  TamperHome home;
  const Provider written = home.provider();
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  const auto refused = home.registry.reseal_keys(home.catalog, written, home.owner, everything);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("changed by somebody else"));
}

TEST(ShownTest, AKeyIsStoredForThePlaceItsOwnerWasToldOnly) {
  TamperHome home;
  Registry::NewKey key = home.new_key("third");
  Key unstored;
  unstored.provider_id = key.provider_id;
  key.shown = must(home.registry.statement_of(home.catalog, home.provider(), unstored));
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  const auto refused = home.registry.add_key(home.catalog, key, home.owner);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Tampered);
  EXPECT_THAT(refused.error().message, HasSubstr("https://evil.example"));
  EXPECT_EQ(testing::number(home.database, "SELECT count(*) FROM api_keys"), 2);
}

TEST(ShownTest, AKeyIsSealedForThePlaceItsOwnerWasToldOnly) {
  TamperHome home;
  const KeyStatement shown =
      must(home.registry.statement_of(home.catalog, home.provider(), home.key(home.key_id)));
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  const Status refused = home.registry.seal_key(home.catalog, home.key_id, home.owner, shown);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Tampered);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
}

TEST(ShownTest, AProviderThatLeadsElsewhereThanItsKeysWereSignedForTakesNoMore) {
  TamperHome home;
  must(home.registry.check_destination(home.catalog, home.provider()));
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  const Status refused = home.registry.check_destination(home.catalog, home.provider());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Tampered);
  EXPECT_THAT(refused.error().message, HasSubstr("https://evil.example"));
}

TEST(EnablingTest, AKeyThatIsAsItWasSignedIsSwitchedOnAgain) {
  TamperHome home;
  must(home.registry.deactivate_key(home.key_id, "refused"));
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Withdrawn);
  must(home.registry.enable_key(home.catalog, home.key_id, home.owner));
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
  EXPECT_TRUE(home.key(home.key_id).is_active);
}

TEST(EnablingTest, AKeyThatLeadsElsewhereSinceIsNot) {
  TamperHome home;
  must(home.registry.deactivate_key(home.key_id, "refused"));
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  const Status refused = home.registry.enable_key(home.catalog, home.key_id, home.owner);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Tampered);
  EXPECT_FALSE(home.key(home.key_id).is_active);
}

TEST(EnablingTest, NoRowsBringASwitchedOffKeyBack) {
  TamperHome home;
  must(home.registry.deactivate_key(home.key_id, "refused"));
  home.apply(
      "UPDATE api_keys SET is_active = 1 WHERE id = 'KEY';"
      "UPDATE patchbay_key_seals SET deactivated_activation = NULL, deactivated_reason = NULL,"
      " deactivated_at = NULL WHERE key_id = 'KEY'");
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
  EXPECT_FALSE(home.use(home.key_id).ok());
}

TEST(ReplacingTest, TheNewKeyAndTheOldOnesChangeTogether) {
  TamperHome home;
  Registry::NewKey key = home.new_key("new");
  key.beside = Registry::Beside::Replaces;
  const Key added = must(home.registry.add_key(home.catalog, key, home.owner));
  EXPECT_TRUE(home.key(added.id).is_active);
  for (const std::string& id : {home.key_id, home.other_id}) {
    EXPECT_FALSE(home.key(id).is_active);
    EXPECT_EQ(home.key(id).inactive_reason, "replaced by a newer key");
  }
}

}  // namespace
}  // namespace patchbay::host
