#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace patchbay::host {
namespace {

using testing::example_adapter;
using testing::must;
using testing::number;
using testing::RegistryHome;

FoundPlugin example_plugin() {
  FoundPlugin plugin;
  plugin.path = "/home/plugins/gamma.so";
  plugin.sha256 = std::string(64, 'b');
  plugin.manifest.adapters.push_back(example_adapter("gamma"));
  return plugin;
}

TEST(PluginTrustTest, HoldsForTheFileThatWasVouchedFor) {
  RegistryHome home;
  const FoundPlugin plugin = example_plugin();
  EXPECT_FALSE(home.registry.is_vouched(plugin));
  must(home.registry.trust_plugin(plugin, home.owner));
  EXPECT_TRUE(home.registry.is_vouched(plugin));
  FoundPlugin moved = plugin;
  moved.path = "/elsewhere/gamma.so";
  EXPECT_TRUE(home.registry.is_vouched(moved));
}

TEST(PluginTrustTest, EndsWithAnyOtherContentsOrCapabilities) {
  RegistryHome home;
  must(home.registry.trust_plugin(example_plugin(), home.owner));
  const std::vector<std::function<void(FoundPlugin&)>> changes{
      [](FoundPlugin& p) { p.sha256 = std::string(64, 'c'); },
      [](FoundPlugin& p) { p.sha256.clear(); },
      [](FoundPlugin& p) { p.manifest.adapters[0].id += "x"; },
      [](FoundPlugin& p) { p.manifest.adapters[0].endpoint = "https://evil.example"; },
      [](FoundPlugin& p) { p.manifest.adapters[0].origins.pop_back(); },
      [](FoundPlugin& p) { p.manifest.adapters[0].origins[1].credentialed = true; },
      [](FoundPlugin& p) { p.manifest.adapters[0].auth["bearer"].header = "x-other"; },
      [](FoundPlugin& p) { p.manifest.adapters[0].anonymous_get_anywhere = true; },
      [](FoundPlugin& p) { p.manifest.adapters.push_back(example_adapter("delta")); },
  };
  for (const auto& change : changes) {
    FoundPlugin changed = example_plugin();
    change(changed);
    EXPECT_FALSE(home.registry.is_vouched(changed));
  }
}

TEST(PluginTrustTest, NeedsTheOwnersSignature) {
  RegistryHome home;
  testing::ReadyVaultHome stranger;
  const Owner owner = must(Owner::open(stranger.files.owner_key_file, stranger.identity));
  const Status refused = home.registry.trust_plugin(example_plugin(), owner);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
  home.execute(
      "INSERT INTO patchbay_plugins (id, path, sha256, trusted_sha256, signature)"
      " VALUES ('1', '/x', '" +
      std::string(64, 'b') + "', '" + std::string(64, 'b') + "', zeroblob(64))");
  EXPECT_FALSE(home.registry.is_vouched(example_plugin()));
}

TEST(PluginTrustTest, KeepsOneRowForOnePath) {
  RegistryHome home;
  FoundPlugin plugin = example_plugin();
  must(home.registry.trust_plugin(plugin, home.owner));
  plugin.sha256 = std::string(64, 'c');
  must(home.registry.trust_plugin(plugin, home.owner));
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_plugins"), 1);
  EXPECT_FALSE(home.registry.is_vouched(example_plugin()));
  EXPECT_TRUE(home.registry.is_vouched(plugin));
}

}  // namespace
}  // namespace patchbay::host
