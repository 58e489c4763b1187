#include "core/base/id.hpp"
#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using testing::example_adapter;
using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::RegistryHome;

TEST(RegistrationTest, WritesARowForEachAdapterThatNamesAnEndpoint) {
  RegistryHome home;
  AdapterManifest offline = example_adapter("offline");
  offline.endpoint.clear();
  home.catalog.add(offline);
  must(home.registry.register_adapters(home.catalog));
  const Provider row = home.provider("alpha");
  EXPECT_TRUE(is_uuid(row.id));
  EXPECT_EQ(row.display_name, "Example alpha");
  EXPECT_EQ(row.endpoint_url, "https://api.alpha.example/v1");
  EXPECT_EQ(row.auth_type, "bearer");
  EXPECT_EQ(row.model_name, "alpha-image-1");
  EXPECT_TRUE(row.is_active);
  EXPECT_EQ(row.created_at, "2026-11-23 05:16:24");
  EXPECT_TRUE(home.registry.provider("beta").ok());
  EXPECT_FALSE(home.registry.provider("offline").ok());
}

TEST(RegistrationTest, LeavesOutPluginsThatMayNotLoadOrAreShadowed) {
  RegistryHome home;
  home.catalog.add(example_adapter("stranger"), Trust::NeedsTrust);
  home.catalog.add(example_adapter("friend"), Trust::Vouched);
  home.catalog.add(example_adapter("shadow")).shadowed_by = "/plugins/other.so";
  must(home.registry.register_adapters(home.catalog));
  EXPECT_FALSE(home.registry.provider("stranger").ok());
  EXPECT_TRUE(home.registry.provider("friend").ok());
  EXPECT_FALSE(home.registry.provider("shadow").ok());
}

TEST(RegistrationTest, RepeatedChangesNothing) {
  RegistryHome home;
  const Provider before = home.provider();
  home.clock.advance(std::chrono::hours(1));
  const std::int64_t changes = number(home.database, "SELECT total_changes()");
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(number(home.database, "SELECT total_changes()"), changes);
  EXPECT_EQ(home.provider().updated_at, before.updated_at);
}

TEST(RegistrationTest, KeepsTheDefaultModelCurrent) {
  RegistryHome home;
  home.catalog.manifest("alpha").image_model = "alpha-image-2";
  home.clock.advance(std::chrono::seconds(1));
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().model_name, "alpha-image-2");
  EXPECT_EQ(home.provider().updated_at, "2026-11-23 05:16:25");
  home.catalog.manifest("alpha").image_model.clear();
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().model_name, std::nullopt);
}

TEST(RegistrationTest, NeverGoesOverAPersonsModel) {
  RegistryHome home;
  home.execute("UPDATE api_providers SET model_name = 'mine' WHERE name = 'alpha'");
  home.catalog.manifest("alpha").image_model = "alpha-image-2";
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().model_name, "mine");
  home.execute("UPDATE api_providers SET model_name = NULL WHERE name = 'beta'");
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider("beta").model_name, std::nullopt);
}

TEST(RegistrationTest, FollowsEachColumnThatNobodyEdited) {
  RegistryHome home;
  home.execute(
      "UPDATE api_providers SET display_name = 'Mine', endpoint_url ="
      " 'https://mine.example' WHERE name = 'alpha'");
  AdapterManifest& manifest = home.catalog.manifest("alpha");
  manifest.display_name = "New";
  manifest.endpoint = "https://new.example";
  manifest.default_auth_type = "api_key";
  must(home.registry.register_adapters(home.catalog));
  const Provider row = home.provider();
  EXPECT_EQ(row.display_name, "Mine");
  EXPECT_EQ(row.endpoint_url, "https://mine.example");
  EXPECT_EQ(row.auth_type, "api_key");
}

TEST(RegistrationTest, DoesNotMoveTheEndpointUnderASealedKey) {
  RegistryHome home;
  const Key key = home.add_key();
  AdapterManifest& manifest = home.catalog.manifest("alpha");
  manifest.endpoint = "https://new.example";
  manifest.default_auth_type = "api_key";
  manifest.image_model = "alpha-image-2";
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().endpoint_url, "https://api.alpha.example/v1");
  EXPECT_EQ(home.provider().model_name, "alpha-image-2");
  EXPECT_EQ(home.key(key.id).seal, SealState::Sealed);
  must(home.registry.remove_key(key.id, home.owner));
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().endpoint_url, "https://new.example");
}

TEST(RegistrationTest, DoesNotBringBackWhatAPersonRemoved) {
  RegistryHome home;
  must(home.registry.remove_provider("alpha"));
  home.execute("DELETE FROM api_providers WHERE name = 'beta'");
  must(home.registry.register_adapters(home.catalog));
  EXPECT_FALSE(home.registry.provider("alpha").ok());
  EXPECT_FALSE(home.registry.provider("beta").ok());
}

TEST(RegistrationTest, DoesNotBringBackARowThatItNeverWrote) {
  RegistryHome home;
  Provider mine = home.provider();
  mine.id.clear();
  mine.name = "gamma";
  must(home.registry.add_provider(mine));
  must(home.registry.remove_provider("gamma"));
  home.catalog.add(example_adapter("gamma"));
  must(home.registry.register_adapters(home.catalog));
  EXPECT_FALSE(home.registry.provider("gamma").ok());
}

TEST(RegistrationTest, LeavesARowOfAPersonAsItIs) {
  RegistryHome home;
  Provider mine = home.provider();
  mine.id.clear();
  mine.name = "gamma";
  mine.model_name = "mine";
  must(home.registry.add_provider(mine));
  home.catalog.add(example_adapter("gamma"));
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider("gamma").model_name, "mine");
  EXPECT_EQ(home.provider("gamma").endpoint_url, mine.endpoint_url);
}

// The row that comes with the schema follows its plugin from the first day.
TEST(RegistrationTest, TakesOverTheSeededRowWhereNobodyEditedIt) {
  RegistryHome home;
  const Provider seeded = home.provider("gemini");
  AdapterManifest manifest = example_adapter("gemini");
  manifest.display_name = seeded.display_name;
  manifest.endpoint = seeded.endpoint_url;
  manifest.default_auth_type = seeded.auth_type;
  manifest.image_model = seeded.model_name.value_or("");
  home.catalog.add(manifest);
  must(home.registry.register_adapters(home.catalog));
  home.catalog.manifest("gemini").image_model = "next";
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider("gemini").model_name, "next");
  EXPECT_EQ(home.provider("gemini").id, seeded.id);
}

TEST(RegistrationTest, LeavesAnEditedSeededRowAsItIs) {
  RegistryHome home;
  home.execute(
      "UPDATE api_providers SET endpoint_url = 'https://mine.example'"
      " WHERE name = 'gemini'");
  home.catalog.add(example_adapter("gemini"));
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider("gemini").endpoint_url, "https://mine.example");
}

TEST(RegistrationTest, LeavesARowThatIsPinnedToAnotherAdapter) {
  RegistryHome home;
  must(home.registry.set_setting(home.provider().id, "adapter", "dev.example.beta"));
  home.catalog.manifest("alpha").image_model = "alpha-image-2";
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().model_name, "alpha-image-1");
}

TEST(RegistrationTest, LeavesARowThatAnotherAdapterRegistered) {
  RegistryHome home;
  home.catalog.manifest("alpha").id = "dev.other.alpha";
  home.catalog.manifest("alpha").image_model = "other";
  must(home.registry.register_adapters(home.catalog));
  EXPECT_EQ(home.provider().model_name, "alpha-image-1");
}

TEST(RegistrationTest, TheErrorOfOneDoesNotStopTheRest) {
  RegistryHome home;
  AdapterManifest bad = example_adapter("bad");
  bad.default_auth_type = "magic";
  home.catalog.add(bad);
  home.catalog.add(example_adapter("gamma"));
  const Status status = home.registry.register_adapters(home.catalog);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("magic"));
  EXPECT_TRUE(home.registry.provider("gamma").ok());
  EXPECT_FALSE(home.registry.provider("bad").ok());
}

TEST(EnsureProviderTest, BringsBackARemovedRowAndLeavesAPresentOne) {
  RegistryHome home;
  const Adapter adapter = home.catalog.by_name("alpha").value();
  const std::string id = home.provider().id;
  must(home.registry.ensure_provider(adapter));
  EXPECT_EQ(home.provider().id, id);
  must(home.registry.remove_provider("alpha"));
  must(home.registry.ensure_provider(adapter));
  EXPECT_EQ(home.provider().model_name, "alpha-image-1");
  EXPECT_NE(home.provider().id, id);
}

TEST(EnsureProviderTest, RefusesAPluginThatNobodyVouchedFor) {
  RegistryHome home;
  home.catalog.add(example_adapter("stranger"), Trust::NeedsTrust);
  const Status refused = home.registry.ensure_provider(home.catalog.by_name("stranger").value());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::NeedsTrust);
}

TEST(EnsureProviderTest, NeedsAnEndpointUnlessTheRowIsThere) {
  RegistryHome home;
  AdapterManifest any = example_adapter("any");
  any.endpoint.clear();
  home.catalog.add(any);
  const Adapter adapter = home.catalog.by_name("any").value();
  const Status refused = home.registry.ensure_provider(adapter);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::NotConfigured);
  EXPECT_THAT(refused.error().hint, HasSubstr("provider add NAME --adapter any"));
  Provider row;
  row.name = "any";
  row.display_name = "Any";
  row.endpoint_url = "https://api.any.example/v1";
  row.auth_type = "bearer";
  must(home.registry.add_provider(row));
  must(home.registry.ensure_provider(adapter));
}

TEST(AdapterIdTest, IsWhatAPersonMeansByANameOrAnId) {
  RegistryHome home;
  const auto id_of = [&](std::string_view given) {
    return Registry::adapter_id_of(home.catalog, given);
  };
  EXPECT_EQ(must(id_of("alpha")), "dev.example.alpha");
  EXPECT_EQ(must(id_of("dev.example.alpha")), "dev.example.alpha");
  EXPECT_EQ(must(id_of("dev.example.to_come")), "dev.example.to_come");
  const auto unknown = id_of("alhpa");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::NoAdapter);
  EXPECT_THAT(unknown.error().hint, HasSubstr("alpha, beta"));
}

TEST(CompleteFromAdapterTest, FillsWhatIsOpenAndNothingElse) {
  RegistryHome home;
  Provider row;
  row.name = "mine";
  row.settings["adapter"] = "dev.example.beta";
  Registry::complete_from_adapter(row, home.catalog);
  EXPECT_EQ(row.auth_type, "bearer");
  EXPECT_EQ(row.endpoint_url, "https://api.beta.example/v1");
  row.auth_type = "api_key";
  row.endpoint_url = "https://elsewhere.example";
  Registry::complete_from_adapter(row, home.catalog);
  EXPECT_EQ(row.auth_type, "api_key");
  EXPECT_EQ(row.endpoint_url, "https://elsewhere.example");
  row.settings["adapter"] = "dev.example.gone";
  row.auth_type.clear();
  Registry::complete_from_adapter(row, home.catalog);
  EXPECT_EQ(row.auth_type, "");
}

TEST(AdapterOfTest, IsThePinnedOneElseTheOneOfTheName) {
  RegistryHome home;
  Provider row = home.provider();
  EXPECT_EQ(Registry::adapter_of(home.catalog, row)->manifest().id, "dev.example.alpha");
  row.settings["adapter"] = "dev.example.beta";
  EXPECT_EQ(Registry::adapter_of(home.catalog, row)->manifest().id, "dev.example.beta");
  row.settings["adapter"] = "dev.example.gone";
  EXPECT_FALSE(Registry::adapter_of(home.catalog, row).has_value());
}

}  // namespace
}  // namespace patchbay::host
