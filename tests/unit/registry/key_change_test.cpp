// What an owner changes about a key, and a new key in the place of an old one.
#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using testing::must;
using testing::number;
using testing::RegistryHome;

TEST(KeyChangeTest, LabelAndPriorityNeedNoNewSignature) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  must(home.registry.change_key(id, {.label = "spare", .priority = 7}, home.owner));
  const Key key = home.key(id);
  EXPECT_EQ(key.label, "spare");
  EXPECT_EQ(key.priority, 7);
  EXPECT_EQ(key.activation, 1);
  EXPECT_EQ(key.seal, SealState::Sealed);
}

TEST(KeyChangeTest, ANewUserIsSignedFor) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  must(home.registry.change_key(id, {.user = "ada"}, home.owner));
  EXPECT_EQ(home.key(id).user, "ada");
  EXPECT_EQ(home.key(id).activation, 2);
  EXPECT_EQ(home.key(id).seal, SealState::Sealed);
  must(home.registry.change_key(id, {.user = ""}, home.owner));
  EXPECT_EQ(home.key(id).user, "");
  EXPECT_EQ(home.key(id).seal, SealState::Sealed);
}

TEST(KeyChangeTest, NothingIsSignedForAKeyThatIsOff) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  must(home.registry.deactivate_key(id, "refused"));
  const Status changed = home.registry.change_key(id, {.user = "ada"}, home.owner);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code, ErrorCode::Inactive);
  must(home.registry.change_key(id, {.label = "old"}, home.owner));
  EXPECT_FALSE(home.key(id).is_active);
  EXPECT_EQ(home.key(id).label, "old");
  EXPECT_EQ(home.key(id).inactive_reason, "refused");
}

TEST(KeyChangeTest, ATamperedKeyIsNotSignedUnseen) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  home.execute("UPDATE api_keys SET environment = 'production' WHERE id = '" + id + "'");
  const Status changed = home.registry.change_key(id, {.user = "ada"}, home.owner);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code, ErrorCode::Tampered);
  EXPECT_EQ(home.key(id).user, "");
  EXPECT_EQ(home.key(id).seal, SealState::Tampered);
}

TEST(KeyChangeTest, AUserWrittenBehindTheOwnersBackIsNotMadeGoodByALabel) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  home.execute("UPDATE patchbay_key_settings SET user = 'eve' WHERE key_id = '" + id + "'");
  must(home.registry.change_key(id, {.label = "mine"}, home.owner));
  EXPECT_EQ(home.key(id).seal, SealState::Tampered);
}

TEST(KeyChangeTest, AChangedProviderIsNotApprovedByTheWay) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  home.execute("UPDATE api_providers SET endpoint_url = 'https://elsewhere.example/v1'");
  must(home.registry.change_key(id, {.user = "ada"}, home.owner));
  EXPECT_EQ(home.key(id).seal, SealState::Tampered);
}

TEST(KeyChangeTest, BadValuesAndUnknownKeysChangeNothing) {
  RegistryHome home;
  const std::string id = home.add_key().id;
  EXPECT_FALSE(home.registry.change_key(id, {.label = std::string(101, 'l')}, home.owner).ok());
  EXPECT_FALSE(home.registry.change_key(id, {.user = std::string(101, 'u')}, home.owner).ok());
  EXPECT_EQ(home.registry.change_key("none", {.label = "x"}, home.owner).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(home.key(id).label, "");
}

TEST(ReplaceTest, TheNewKeyIsOnAndTheOldOneOff) {
  RegistryHome home;
  const std::string old = home.add_key("old").id;
  Registry::NewKey wanted = home.new_key("new");
  wanted.replaces = {old};
  const std::string id = must(home.registry.add_key(home.catalog, wanted, home.owner)).id;
  EXPECT_TRUE(home.key(id).is_active);
  EXPECT_FALSE(home.key(old).is_active);
  EXPECT_EQ(home.key(old).inactive_reason, "replaced by a newer key");
}

TEST(ReplaceTest, HappensWholeOrNotAtAll) {
  RegistryHome home;
  const std::string old = home.add_key("old").id;
  Registry::NewKey wanted = home.new_key("new");
  wanted.replaces = {old, "none"};
  EXPECT_EQ(home.registry.add_key(home.catalog, wanted, home.owner).error().code,
            ErrorCode::NotFound);
  EXPECT_TRUE(home.key(old).is_active);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM api_keys"), 1);
}

}  // namespace
}  // namespace patchbay::host
