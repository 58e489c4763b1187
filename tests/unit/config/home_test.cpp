#include "host/config/config.hpp"
#include "tests/unit/config/environment_guard.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using testing::EnvironmentGuard;

// No test may depend on the variables of the person who runs it.
class HomeTest : public ::testing::Test {
 protected:
  EnvironmentGuard home_{"HOME", "/home/ada"};
  EnvironmentGuard patchbay_home_{"PATCHBAY_HOME", nullptr};
  EnvironmentGuard config_{"XDG_CONFIG_HOME", nullptr};
  EnvironmentGuard data_{"XDG_DATA_HOME", nullptr};
};

Home found(const HomeOptions& options = {}) {
  const Result<Home> home = find_home(options);
  EXPECT_TRUE(home.ok());
  return home.ok() ? home.value() : Home();
}

TEST_F(HomeTest, PutsEverythingBelowTheUsersHomeByDefault) {
  const Home home = found();
  EXPECT_EQ(home.config_file, "/home/ada/.config/patchbay/patchbay.toml");
  EXPECT_EQ(home.database_file, "/home/ada/.local/share/patchbay/patchbay.db");
  EXPECT_EQ(home.service_key_file, "/home/ada/.local/share/patchbay/service.key");
  EXPECT_EQ(home.owner_key_file, "/home/ada/.local/share/patchbay/owner.key");
  EXPECT_EQ(home.plugin_directory, "/home/ada/.local/share/patchbay/plugins");
  EXPECT_EQ(home.state_directory, "/home/ada/.local/share/patchbay");
}

TEST_F(HomeTest, FollowsTheXdgVariables) {
  const EnvironmentGuard config("XDG_CONFIG_HOME", "/c");
  const EnvironmentGuard data("XDG_DATA_HOME", "/d");
  EXPECT_EQ(found().config_file, "/c/patchbay/patchbay.toml");
  EXPECT_EQ(found().database_file, "/d/patchbay/patchbay.db");
}

TEST_F(HomeTest, IgnoresXdgVariablesThatAreNotAbsolute) {
  const EnvironmentGuard config("XDG_CONFIG_HOME", "relative");
  const EnvironmentGuard data("XDG_DATA_HOME", "");
  EXPECT_EQ(found().config_file, "/home/ada/.config/patchbay/patchbay.toml");
  EXPECT_EQ(found().plugin_directory, "/home/ada/.local/share/patchbay/plugins");
}

TEST_F(HomeTest, PutsEverythingIntoOneFolderWhereTheVariableNamesIt) {
  const EnvironmentGuard variable("PATCHBAY_HOME", "/srv/patchbay/");
  const Home home = found();
  EXPECT_EQ(home.config_file, "/srv/patchbay/patchbay.toml");
  EXPECT_EQ(home.owner_key_file, "/srv/patchbay/owner.key");
  EXPECT_EQ(home.plugin_directory, "/srv/patchbay/plugins");
  EXPECT_EQ(home.state_directory, "/srv/patchbay");
}

TEST_F(HomeTest, PrefersTheFlagToTheVariableAndMakesItAbsolute) {
  const EnvironmentGuard variable("PATCHBAY_HOME", "/srv/patchbay");
  EXPECT_EQ(found({.home_flag = "here", .database_flag = {}}).config_file,
            fs::current_path() / "here/patchbay.toml");
}

TEST_F(HomeTest, TakesTheDatabaseFromItsOwnFlag) {
  const Home home = found({.home_flag = "/srv/a", .database_flag = "/data/../data/old.db"});
  EXPECT_EQ(home.database_file, "/data/old.db");
  EXPECT_EQ(home.config_file, "/srv/a/patchbay.toml");
}

TEST_F(HomeTest, NeedsNoHomeWhereBothXdgVariablesAreSet) {
  const EnvironmentGuard home("HOME", nullptr);
  const EnvironmentGuard config("XDG_CONFIG_HOME", "/c");
  const EnvironmentGuard data("XDG_DATA_HOME", "/d");
  EXPECT_EQ(found().state_directory, "/d/patchbay");
}

TEST_F(HomeTest, SaysWhatToDoWhereHomeIsNotSet) {
  for (const char* value : {static_cast<const char*>(nullptr), "", "not/absolute"}) {
    const EnvironmentGuard home("HOME", value);
    const Result<Home> missing = find_home({});
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code, ErrorCode::NotConfigured);
    EXPECT_NE(missing.error().hint.find("--home"), std::string::npos);
  }
}

}  // namespace
}  // namespace patchbay::host
