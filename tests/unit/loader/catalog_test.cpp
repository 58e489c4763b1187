#include "host/loader/catalog.hpp"

#include "tests/unit/loader/fixtures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using testing::discovered;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::plugin_bytes;
using testing::PluginFolders;

const FoundPlugin& plugin_at(const Catalog& catalog, const fs::path& path) {
  for (const FoundPlugin& plugin : catalog.plugins())
    if (plugin.path == path) return plugin;
  ADD_FAILURE() << path << " was not found";
  return catalog.plugins().front();
}

class CatalogTest : public ::testing::Test {
 protected:
  // The path of the plugin that serves a name or id.
  static fs::path serving(const Catalog& catalog, std::string_view name) {
    const std::optional<Adapter> adapter = catalog.by_name(name);
    return adapter ? adapter->plugin->path : fs::path();
  }
  static fs::path holding(const Catalog& catalog, std::string_view id) {
    const std::optional<Adapter> adapter = catalog.by_id(id);
    return adapter ? adapter->plugin->path : fs::path();
  }

  PluginFolders folders_;
};

TEST_F(CatalogTest, ListsAdaptersByName) {
  folders_.drop("two_adapters");
  folders_.drop("marker");
  const auto catalog = discovered(folders_.options());
  std::vector<std::string> names;
  for (const Adapter& adapter : catalog->adapters()) names.push_back(adapter.manifest().name);
  EXPECT_THAT(names, ElementsAre("good", "marker", "second"));
  EXPECT_EQ(catalog->by_name("second")->index, 1U);
  EXPECT_EQ(catalog->by_id("example.second")->manifest().name, "second");
  EXPECT_FALSE(catalog->by_name("nobody"));
  EXPECT_FALSE(catalog->by_id("second"));
}

TEST_F(CatalogTest, LetsTheHigherVersionOfAnIdReplaceTheLower) {
  const fs::path older = folders_.drop("good");
  const fs::path newer = folders_.drop("good_newer");
  const auto catalog = discovered(folders_.options());
  EXPECT_EQ(serving(*catalog, "good"), newer);
  EXPECT_EQ(holding(*catalog, "example.good"), newer);
  EXPECT_EQ(plugin_at(*catalog, older).shadowed_by, newer.string());
  EXPECT_EQ(plugin_at(*catalog, newer).shadowed_by, "");
}

TEST_F(CatalogTest, KeepsTheFirstOfTwoEqualVersions) {
  const fs::path first = PluginFolders::put(folders_.root() / "first.so", plugin_bytes("good"));
  const fs::path second = folders_.drop("good");
  CatalogOptions options = folders_.options();
  options.explicit_paths = {first};
  const auto catalog = discovered(options);
  EXPECT_EQ(serving(*catalog, "good"), first);
  EXPECT_EQ(plugin_at(*catalog, second).shadowed_by, first.string());
}

TEST_F(CatalogTest, ReservesTheNamesAndIdsOfBundledPlugins) {
  const fs::path bundled = folders_.bundle("good");
  const fs::path newer = folders_.drop("good_newer");
  const fs::path rival = folders_.drop("rival");
  const auto catalog = discovered(folders_.trusting_options());
  EXPECT_EQ(serving(*catalog, "good"), bundled);
  EXPECT_EQ(holding(*catalog, "example.good"), bundled);
  EXPECT_EQ(plugin_at(*catalog, newer).shadowed_by, bundled.string());
  EXPECT_EQ(plugin_at(*catalog, rival).shadowed_by, bundled.string());
  EXPECT_EQ(catalog->adapters().size(), 1U);
}

TEST_F(CatalogTest, GivesAnAdapterThatLostItsNameStillByItsId) {
  folders_.bundle("good");
  const fs::path rival = folders_.drop("rival");
  EXPECT_EQ(holding(*discovered(folders_.options()), "example.rival"), rival);
}

TEST_F(CatalogTest, PrefersAVouchedPluginToAnUnvouchedOfAHigherVersion) {
  const fs::path older = folders_.drop("good");
  const fs::path newer = folders_.drop("good_newer");
  CatalogOptions options = folders_.options();
  options.is_vouched = [&](const FoundPlugin& plugin) { return plugin.path == older; };
  const auto catalog = discovered(options);
  EXPECT_EQ(serving(*catalog, "good"), older);
  EXPECT_EQ(plugin_at(*catalog, newer).shadowed_by, older.string());
}

TEST_F(CatalogTest, GivesANameToTheVouchedOfTwoAdaptersWhereverItIsFound) {
  const fs::path good = folders_.drop("good");
  const fs::path rival = folders_.drop("rival");
  CatalogOptions options = folders_.options();
  EXPECT_EQ(serving(*discovered(options), "good"), good);
  options.is_vouched = [&](const FoundPlugin& plugin) { return plugin.path == rival; };
  EXPECT_EQ(serving(*discovered(options), "good"), rival);
}

TEST_F(CatalogTest, ShadowsOneAdapterOfAPluginAndKeepsTheOther) {
  const fs::path good = folders_.bundle("good");
  const fs::path both = folders_.drop("two_adapters");
  const auto catalog = discovered(folders_.options());
  EXPECT_EQ(serving(*catalog, "good"), good);
  EXPECT_EQ(serving(*catalog, "second"), both);
  EXPECT_EQ(plugin_at(*catalog, both).shadowed_by, "");
  EXPECT_THAT(plugin_at(*catalog, both).shadowed_adapters, ElementsAre(Pair(0U, good.string())));
  EXPECT_THAT(plugin_at(*catalog, good).shadowed_adapters, IsEmpty());
}

TEST_F(CatalogTest, NamesEachDegreeOfTrust) {
  EXPECT_EQ(to_string(Trust::Bundled), "bundled");
  EXPECT_EQ(to_string(Trust::Vouched), "vouched");
  EXPECT_EQ(to_string(Trust::NeedsTrust), "needs trust");
}

}  // namespace
}  // namespace patchbay::host
