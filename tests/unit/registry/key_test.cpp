#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::RegistryHome;
using testing::text;

TEST(KeyTest, IsStoredAndSealedAtOnce) {
  RegistryHome home;
  Registry::NewKey wanted = home.new_key("credential");
  wanted.environment = "production";
  wanted.user = "ada";
  wanted.label = "first";
  wanted.priority = 3;
  const Key added = must(home.registry.add_key(home.catalog, wanted, home.owner));
  const Key key = home.key(added.id);
  EXPECT_EQ(key.provider_id, home.provider().id);
  EXPECT_EQ(key.token, wanted.token);
  EXPECT_EQ(key.environment, "production");
  EXPECT_EQ(key.user, "ada");
  EXPECT_EQ(key.label, "first");
  EXPECT_EQ(key.priority, 3);
  EXPECT_EQ(key.key_version, 1);
  EXPECT_EQ(key.activation, 1);
  EXPECT_TRUE(key.is_active);
  EXPECT_EQ(key.last_used_at, std::nullopt);
  EXPECT_EQ(key.created_at, "2026-11-23 05:16:24");
  EXPECT_EQ(key.seal, SealState::Sealed);
  EXPECT_EQ(added.seal, SealState::Sealed);
  EXPECT_EQ(added.activation, key.activation);
  EXPECT_EQ(must(home.vault.decrypt(key.token, key.key_version)).expose_text(), "credential");
}

TEST(KeyTest, ABadOneLeavesNothing) {
  RegistryHome home;
  std::vector<Registry::NewKey> bad(6, home.new_key("credential"));
  bad[0].provider_id = "no such provider";
  bad[1].token = " ";
  bad[2].environment = "";
  bad[3].environment = std::string(51, 'e');
  bad[4].user = std::string(101, 'u');
  bad[5].label = std::string(101, 'l');
  for (const Registry::NewKey& key : bad)
    EXPECT_FALSE(home.registry.add_key(home.catalog, key, home.owner).ok());
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM api_keys"), 0);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_settings"), 0);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_seals"), 0);
}

TEST(KeyTest, NeedsAnAdapterToBeSealedFor) {
  RegistryHome home;
  Registry::NewKey key = home.new_key("credential");
  key.provider_id = home.provider("gemini").id;
  const auto added = home.registry.add_key(home.catalog, key, home.owner);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::NoAdapter);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM api_keys"), 0);
}

TEST(KeyTest, AreListedByPriorityThenAge) {
  RegistryHome home;
  Registry::NewKey late = home.new_key("late");
  late.priority = 5;
  const std::string third = must(home.registry.add_key(home.catalog, late, home.owner)).id;
  home.clock.advance(std::chrono::seconds(1));
  const std::string first = home.add_key().id;
  home.clock.advance(std::chrono::seconds(1));
  const std::string second = home.add_key().id;
  std::vector<std::string> ids;
  for (const Key& key : must(home.registry.keys(home.catalog, home.provider().id)))
    ids.push_back(key.id);
  EXPECT_THAT(ids, ElementsAre(first, second, third));
  EXPECT_TRUE(must(home.registry.keys(home.catalog, home.provider("beta").id)).empty());
}

TEST(KeyTest, SwitchedOffItKeepsTheFirstReason) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  home.clock.advance(std::chrono::seconds(9));
  must(home.registry.deactivate_key(id, "API_KEY_INVALID:\x1B[31m not valid"));
  must(home.registry.deactivate_key(id, "something later"));
  const Key key = home.key(id);
  EXPECT_FALSE(key.is_active);
  EXPECT_EQ(key.inactive_reason, "API_KEY_INVALID: [31m not valid");
  EXPECT_EQ(key.seal, SealState::Withdrawn);
  EXPECT_EQ(key.activation, 1);
  EXPECT_EQ(key.updated_at, "2026-11-23 05:16:33");
  EXPECT_EQ(home.registry.deactivate_key("none", "x").error().code, ErrorCode::NotFound);
}

TEST(KeyTest, ALongReasonIsCut) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  must(home.registry.deactivate_key(id, std::string(10'000, 'r')));
  EXPECT_LE(home.key(id).inactive_reason.size(), 510U);
}

TEST(KeyTest, SwitchedOnAgainItHasANewActivation) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  must(home.registry.deactivate_key(id, "refused"));
  must(home.registry.note_refusal(id, Category::AuthInvalid, "x", home.clock.unix_ms()));
  must(home.registry.seal_key(home.catalog, id, home.owner));
  const Key key = home.key(id);
  EXPECT_TRUE(key.is_active);
  EXPECT_EQ(key.activation, 2);
  EXPECT_EQ(key.inactive_reason, "");
  EXPECT_EQ(key.seal, SealState::Sealed);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_health"), 0);
}

TEST(KeyTest, IsRemovedWithAllThatStoodBesideIt) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  const std::string other = home.add_key().id;
  must(home.registry.note_refusal(id, Category::AuthInvalid, "x", home.clock.unix_ms()));
  must(home.registry.remove_key(id, home.owner));
  for (const char* table : {"api_keys", "patchbay_key_settings", "patchbay_key_seals"})
    EXPECT_EQ(number(home.database, "SELECT count(*) FROM " + std::string(table)), 1) << table;
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_key_health"), 0);
  EXPECT_EQ(home.key(other).seal, SealState::Sealed);
  EXPECT_EQ(home.registry.remove_key(id, home.owner).error().code, ErrorCode::NotFound);
}

// Another program stored it: the version of its Fernet key is not known, nobody signed.
TEST(KeyTest, AnUnsealedOneIsSealedOnceItsVersionIsKnown) {
  RegistryHome home;
  const std::string token = home.new_key("credential").token;
  home.execute("INSERT INTO api_keys (id, provider_id, key_value) VALUES ('k', '" +
               home.provider().id + "', '" + token + "')");
  EXPECT_EQ(home.key("k").seal, SealState::Unsealed);
  EXPECT_EQ(home.key("k").key_version, 0);
  const Status refused = home.registry.seal_key(home.catalog, "k", home.owner);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().hint, HasSubstr("import-fernet-key"));
  EXPECT_FALSE(home.registry.set_version("k", 0).ok());
  EXPECT_FALSE(home.registry.set_version("none", 1).ok());
  must(home.registry.set_version("k", must(home.vault.version_that_opens(token))));
  EXPECT_EQ(home.key("k").seal, SealState::Unsealed);
  must(home.registry.seal_key(home.catalog, "k", home.owner));
  EXPECT_EQ(home.key("k").seal, SealState::Sealed);
  EXPECT_EQ(home.key("k").activation, 1);
}

TEST(KeyTest, AnUnsealedOneCanBeSwitchedOff) {
  RegistryHome home;
  home.execute("INSERT INTO api_keys (id, provider_id, key_value) VALUES ('k', '" +
               home.provider().id + "', 'token')");
  must(home.registry.deactivate_key("k", "not wanted"));
  EXPECT_FALSE(home.key("k").is_active);
  EXPECT_EQ(home.key("k").inactive_reason, "not wanted");
  EXPECT_EQ(home.key("k").seal, SealState::Unsealed);
}

TEST(KeyTest, OneWithoutAProviderHidesNoOther) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  const std::string orphan = home.add_key().id;
  home.execute(
      "DROP TRIGGER patchbay_key_update; DROP TRIGGER patchbay_key_insert;"
      "PRAGMA foreign_keys = OFF;"
      "UPDATE api_keys SET provider_id = 'gone' WHERE id = '" +
      orphan +
      "'; INSERT INTO api_keys (id, provider_id, key_value, environment, is_active)"
      " VALUES ('bad', 'gone', '', NULL, NULL)");
  EXPECT_EQ(home.key(id).seal, SealState::Sealed);
  EXPECT_EQ(home.key(orphan).seal, SealState::Tampered);
  EXPECT_EQ(home.key("bad").seal, SealState::Unsealed);
  EXPECT_EQ(home.key("bad").environment, "default");
  EXPECT_FALSE(home.key("bad").is_active);
}

TEST(KeyTest, LastUseMovesForwardOnlyAndTouchesNothingElse) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  must(home.registry.mark_used(id, 1'795'411'000'000));
  EXPECT_EQ(home.key(id).last_used_at, "2026-11-23 05:16:40");
  must(home.registry.mark_used(id, 1'795'410'990'000));
  EXPECT_EQ(home.key(id).last_used_at, "2026-11-23 05:16:40");
  EXPECT_EQ(home.key(id).updated_at, "2026-11-23 05:16:24");
  EXPECT_EQ(home.key(id).seal, SealState::Sealed);
  EXPECT_TRUE(home.registry.mark_used("gone", 1'795'411'000'000).ok());
}

TEST(RefusalTest, IsConfirmedByASecondOneAMinuteLater) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  const std::int64_t start = home.clock.unix_ms();
  const auto refused_at = [&](std::int64_t offset_ms) {
    return must(home.registry.note_refusal(
        id, Category::AuthInvalid, "API_KEY_INVALID", start + offset_ms));
  };
  EXPECT_EQ(refused_at(0), RefusalState::Suspected);
  EXPECT_EQ(text(home.database, "SELECT cooldown_until FROM patchbay_key_health"),
            "2026-11-23 05:17:24");
  EXPECT_EQ(refused_at(59'999), RefusalState::Suspected);
  EXPECT_EQ(refused_at(60'000), RefusalState::Confirmed);
  EXPECT_EQ(number(home.database, "SELECT failures FROM patchbay_key_health"), 3);
  EXPECT_EQ(text(home.database, "SELECT last_reason || ' ' || last_code FROM patchbay_key_health"),
            "auth_invalid API_KEY_INVALID");
}

TEST(RefusalTest, IsForgottenAfterASuccess) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  const std::int64_t start = home.clock.unix_ms();
  must(home.registry.note_refusal(id, Category::AuthInvalid, "x", start));
  must(home.registry.mark_used(id, start + 1000));
  EXPECT_EQ(number(home.database,
                   "SELECT cooldown_until IS NULL AND failures = 0 FROM patchbay_key_health"),
            1);
  EXPECT_EQ(must(home.registry.note_refusal(id, Category::AuthInvalid, "x", start + 90'000)),
            RefusalState::Suspected);
}

TEST(RefusalTest, OfOneKeySaysNothingOfAnother) {
  RegistryHome home;
  const std::string one = home.add_key().id;
  const std::string other = home.add_key().id;
  const std::int64_t start = home.clock.unix_ms();
  must(home.registry.note_refusal(one, Category::AuthInvalid, "x", start));
  EXPECT_EQ(must(home.registry.note_refusal(other, Category::AuthInvalid, "x", start + 90'000)),
            RefusalState::Suspected);
}

}  // namespace
}  // namespace patchbay::host
