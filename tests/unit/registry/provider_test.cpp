#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

#include <sqlite3.h>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using testing::must;
using testing::number;
using testing::RegistryHome;

Provider custom(const std::string& name) {
  Provider provider;
  provider.name = name;
  provider.display_name = "Custom";
  provider.endpoint_url = "https://custom.example/v1";
  provider.auth_type = "api_key";
  provider.model_name = "model-1";
  provider.settings = {{"adapter", "dev.example.alpha"}, {"chat_model", "chat-1"}};
  return provider;
}

std::vector<std::string> names(const Registry& registry) {
  std::vector<std::string> names;
  for (const Provider& provider : must(registry.providers())) names.push_back(provider.name);
  return names;
}

TEST(ProviderTest, ComesBackAsItWasAdded) {
  RegistryHome home;
  const Provider added = must(home.registry.add_provider(custom("mine")));
  const Provider found = home.provider("mine");
  EXPECT_EQ(found.id, added.id);
  EXPECT_EQ(found.display_name, "Custom");
  EXPECT_EQ(found.endpoint_url, "https://custom.example/v1");
  EXPECT_EQ(found.auth_type, "api_key");
  EXPECT_EQ(found.model_name, "model-1");
  EXPECT_TRUE(found.is_active);
  EXPECT_EQ(found.created_at, "2026-11-23 05:16:24");
  EXPECT_EQ(found.updated_at, found.created_at);
  EXPECT_EQ(found.settings, custom("mine").settings);
}

TEST(ProviderTest, IsListedByPriorityThenAgeThenName) {
  RegistryHome home;
  home.execute("DELETE FROM api_providers");
  must(home.registry.add_provider(custom("zebra")));
  must(home.registry.add_provider(custom("ant")));
  home.clock.advance(std::chrono::seconds(1));
  must(home.registry.add_provider(custom("bee")));
  EXPECT_THAT(names(home.registry), ElementsAre("ant", "zebra", "bee"));
  must(home.registry.set_setting(home.provider("bee").id, "priority", "-10"));
  must(home.registry.set_setting(home.provider("ant").id, "priority", "9"));
  EXPECT_THAT(names(home.registry), ElementsAre("bee", "zebra", "ant"));
}

TEST(ProviderTest, AnUnknownNameIsAnsweredWithTheNamesThereAre) {
  RegistryHome home;
  const auto found = home.registry.provider("delta");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::UnknownProvider);
  EXPECT_EQ(found.error().message,
            "Unsupported provider 'delta'. Supported providers: alpha, beta, gemini");
}

TEST(ProviderTest, IsFoundInAnyCase) {
  RegistryHome home;
  EXPECT_EQ(home.provider("Alpha").name, "alpha");
}

TEST(ProviderTest, NamesAreTakenOnce) {
  RegistryHome home;
  const auto added = home.registry.add_provider(custom("alpha"));
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(home.provider("alpha").display_name, "Example alpha");
}

TEST(ProviderTest, ABadOneIsNotAdded) {
  RegistryHome home;
  Provider bad = custom("mine");
  bad.endpoint_url = "http://10.0.0.1/";
  EXPECT_FALSE(home.registry.add_provider(bad).ok());
  EXPECT_FALSE(home.registry.provider("mine").ok());
  EXPECT_EQ(number(home.database,
                   "SELECT count(*) FROM patchbay_provider_settings WHERE key = 'chat_model'"),
            0);
}

TEST(ProviderTest, AnUpdateWritesColumnsAndSettings) {
  RegistryHome home;
  must(home.registry.add_provider(custom("mine")));
  home.clock.advance(std::chrono::seconds(5));
  Provider changed = home.provider("mine");
  changed.display_name = "Changed";
  changed.endpoint_url = "http://192.168.1.2:8080";
  changed.auth_type = "bearer";
  changed.model_name = "";
  changed.is_active = false;
  changed.settings.erase("chat_model");
  changed.settings["allow_private"] = "1";
  must(home.registry.update_provider(changed));
  const Provider found = home.provider("mine");
  EXPECT_EQ(found.display_name, "Changed");
  EXPECT_EQ(found.endpoint_url, "http://192.168.1.2:8080");
  EXPECT_EQ(found.auth_type, "bearer");
  EXPECT_EQ(found.model_name, std::nullopt);
  EXPECT_FALSE(found.is_active);
  EXPECT_EQ(found.settings, changed.settings);
  EXPECT_EQ(found.updated_at, "2026-11-23 05:16:29");
  EXPECT_EQ(found.created_at, "2026-11-23 05:16:24");
}

TEST(ProviderTest, AnUpdateWithoutChangeMovesNothing) {
  RegistryHome home;
  home.clock.advance(std::chrono::seconds(5));
  must(home.registry.update_provider(home.provider()));
  EXPECT_EQ(home.provider().updated_at, "2026-11-23 05:16:24");
}

TEST(ProviderTest, AnUpdateDoesNotOverwriteSomebodyElses) {
  RegistryHome home;
  Provider mine = home.provider();
  Provider theirs = mine;
  theirs.display_name = "Theirs";
  must(home.registry.update_provider(theirs));
  mine.display_name = "Mine";
  const Status refused = home.registry.update_provider(mine);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("somebody else"));
  EXPECT_EQ(home.provider().display_name, "Theirs");
}

TEST(ProviderTest, AChangeIsMadeToTheRowAsItIs) {
  RegistryHome home;
  const auto changed = home.registry.change_provider("alpha", [](Provider& row) -> Status {
    row.display_name = "Mine";
    return {};
  });
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed.value().display_name, "Mine");
  EXPECT_EQ(home.provider().display_name, "Mine");
  const auto refused = home.registry.change_provider("alpha", [](Provider& row) -> Status {
    row.display_name = "Half";
    return Error{ErrorCode::Usage, "no"};
  });
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(home.provider().display_name, "Mine");
}

TEST(ProviderTest, AnUpdateKeepsTheName) {
  RegistryHome home;
  Provider renamed = home.provider();
  renamed.name = "gamma";
  EXPECT_FALSE(home.registry.update_provider(renamed).ok());
  Provider unknown = home.provider();
  unknown.id = "no such id";
  const Status refused = home.registry.update_provider(unknown);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
}

TEST(ProviderTest, SettingsAreSetReplacedAndTakenAway) {
  RegistryHome home;
  const std::string id = home.provider().id;
  must(home.registry.set_setting(id, "chat_model", "one"));
  must(home.registry.set_setting(id, "chat_model", "two"));
  EXPECT_EQ(home.provider().setting("chat_model"), "two");
  must(home.registry.set_setting(id, "chat_model", std::nullopt));
  EXPECT_TRUE(home.provider().settings.empty());
  EXPECT_FALSE(home.registry.set_setting("no such id", "chat_model", "x").ok());
  EXPECT_FALSE(home.registry.set_setting(id, "priority", "high").ok());
}

TEST(ProviderTest, PrivateAddressesCannotBeForbiddenWhileOneIsTheEndpoint) {
  RegistryHome home;
  Provider local = custom("local");
  local.endpoint_url = "http://127.0.0.1:8080";
  local.settings["allow_private"] = "1";
  const std::string id = must(home.registry.add_provider(local)).id;
  EXPECT_FALSE(home.registry.set_setting(id, "allow_private", std::nullopt).ok());
  EXPECT_TRUE(home.provider("local").allows_private());
}

TEST(ProviderTest, IsRemovedWithItsSettingsUnlessItHasKeys) {
  RegistryHome home;
  const Key key = home.add_key();
  must(home.registry.set_setting(home.provider().id, "chat_model", "x"));
  const Status refused = home.registry.remove_provider("alpha");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("still has 1 key"));
  must(home.registry.remove_key(key.id, home.owner));
  must(home.registry.remove_provider("alpha"));
  EXPECT_FALSE(home.registry.provider("alpha").ok());
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_provider_settings"), 0);
  EXPECT_EQ(home.registry.remove_provider("alpha").error().code, ErrorCode::UnknownProvider);
}

// Rows that no check let in: another program wrote them, or a damaged disk did.
TEST(ProviderTest, ABadRowHidesNoOther) {
  RegistryHome home;
  home.execute("DROP TRIGGER patchbay_provider_insert");
  home.execute(
      "INSERT INTO api_providers (id, name, display_name, endpoint_url, auth_type)"
      " VALUES ('1', 'BAD', x'00FF', 'no url', 'magic'), ('2', '', '', '', ''),"
      " (NULL, 'nameless', 'x', 'https://a.example', 'bearer')");
  home.execute(
      "INSERT INTO patchbay_provider_settings (provider_id, key, value)"
      " VALUES ('1', 'priority', 'soon')");
  EXPECT_THAT(names(home.registry),
              IsSupersetOf({"alpha", "beta", "gemini", "BAD", "", "nameless"}));
  EXPECT_EQ(home.provider("BAD").endpoint_url, "no url");
}

// Only a connection with other limits than ours writes such a row.
TEST(ProviderTest, ARowTooLargeToReadHidesNoOther) {
  RegistryHome home;
  const int limit = sqlite3_limit(home.database.handle(), SQLITE_LIMIT_LENGTH, 10'000'000);
  home.execute(
      "INSERT INTO api_providers (id, name, display_name, endpoint_url, auth_type)"
      " VALUES ('1', 'big', 'x', 'https://a.example', 'bearer'), ('2', 'small', 'x',"
      " 'https://a.example', 'bearer')");
  home.execute("DROP TRIGGER patchbay_provider_update");
  home.execute(
      "UPDATE api_providers SET display_name = hex(zeroblob(1000000))"
      " WHERE id = '1'");
  home.execute(
      "INSERT INTO api_keys (id, provider_id, key_value, environment)"
      " VALUES ('3', '2', hex(zeroblob(1000000)), 'e'),"
      " ('4', '2', 'x', 'e')");
  sqlite3_limit(home.database.handle(), SQLITE_LIMIT_LENGTH, limit);
  EXPECT_THAT(names(home.registry), IsSupersetOf({"alpha", "beta", "gemini", "small"}));
  const std::vector<Key> keys = must(home.registry.keys(home.catalog));
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].id, "4");
}

}  // namespace
}  // namespace patchbay::host
