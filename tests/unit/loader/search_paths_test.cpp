#include "host/loader/catalog.hpp"
#include "tests/unit/config/environment_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using testing::EnvironmentGuard;

TEST(SearchPathsTest, ListsThePlacesInTheirOrder) {
  const EnvironmentGuard path("PATCHBAY_PLUGIN_PATH", "/a:/b::/c:");
  const EnvironmentGuard data("XDG_DATA_HOME", "/xdg");
  EXPECT_THAT(default_search_directories("/srv/patchbay"),
              ElementsAre("/a",
                          "/b",
                          "/c",
                          "/srv/patchbay/plugins",
                          "/xdg/patchbay/plugins",
                          "/usr/local/lib/patchbay/plugins",
                          "/usr/lib/patchbay/plugins"));
}

TEST(SearchPathsTest, NamesTheHomeOnceWhereItIsTheXdgOne) {
  const EnvironmentGuard path("PATCHBAY_PLUGIN_PATH", nullptr);
  const EnvironmentGuard data("XDG_DATA_HOME", nullptr);
  const EnvironmentGuard home("HOME", "/home/ada");
  EXPECT_THAT(default_search_directories("/home/ada/.local/share/patchbay"),
              ElementsAre("/home/ada/.local/share/patchbay/plugins",
                          "/usr/local/lib/patchbay/plugins",
                          "/usr/lib/patchbay/plugins"));
}

TEST(SearchPathsTest, DoesWithoutAHome) {
  const EnvironmentGuard path("PATCHBAY_PLUGIN_PATH", "");
  const EnvironmentGuard data("XDG_DATA_HOME", "relative");
  const EnvironmentGuard home("HOME", nullptr);
  EXPECT_THAT(default_search_directories({}),
              ElementsAre("/usr/local/lib/patchbay/plugins", "/usr/lib/patchbay/plugins"));
}

TEST(SearchPathsTest, FindsTheBundledFolderFromTheProgram) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  EXPECT_EQ(bundled_directory_of_program(),
            program.parent_path().parent_path() / "lib/patchbay/plugins");
}

}  // namespace
}  // namespace patchbay::host
