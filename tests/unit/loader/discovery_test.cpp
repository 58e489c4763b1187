#include "core/crypto/hash.hpp"
#include "host/loader/catalog.hpp"
#include "host/loader/plugin_file.hpp"
#include "tests/unit/loader/fixtures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using testing::discovered;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::plugin_bytes;
using testing::PluginFolders;
using testing::reason_for;
using ::testing::StartsWith;

constexpr uid_t stranger = 12345;

std::vector<std::string> found_names(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const FoundPlugin& plugin : catalog.plugins()) names.push_back(plugin.path.filename());
  return names;
}

class DiscoveryTest : public ::testing::Test {
 protected:
  PluginFolders folders_;
};

TEST_F(DiscoveryTest, FindsAPluginAndSaysWhatItIs) {
  const fs::path path = folders_.drop("good");
  const auto catalog = discovered(folders_.options());
  ASSERT_EQ(catalog->plugins().size(), 1U);
  const FoundPlugin& plugin = catalog->plugins().front();
  const std::string bytes = plugin_bytes("good");
  EXPECT_EQ(plugin.path, path);
  EXPECT_EQ(plugin.size, bytes.size());
  EXPECT_EQ(plugin.sha256, crypto::to_hex(crypto::sha256(testing::bytes_of(bytes))));
  EXPECT_EQ(plugin.trust, Trust::NeedsTrust);
  EXPECT_EQ(plugin.manifest.adapters.front().id, "example.good");
  EXPECT_EQ(plugin.shadowed_by, "");
  EXPECT_THAT(catalog->refused(), IsEmpty());
}

TEST_F(DiscoveryTest, ReadsFoldersInTheOrderOfNamesAndOnlyWhatEndsInSo) {
  folders_.drop("two_adapters");
  folders_.drop("good");
  PluginFolders::put(folders_.drop_ins() / "README.txt", "hello");
  PluginFolders::put(folders_.drop_ins() / "good.so.bak", plugin_bytes("good"));
  PluginFolders::put(folders_.drop_ins() / ".good.so", plugin_bytes("good"));
  const auto catalog = discovered(folders_.options());
  EXPECT_THAT(found_names(*catalog), ElementsAre("good.so", "two_adapters.so"));
  EXPECT_THAT(catalog->refused(), IsEmpty());
}

TEST_F(DiscoveryTest, PassesOverMissingFoldersButNotOverMissingPathsThatWereNamed) {
  CatalogOptions options = folders_.options();
  options.search_directories = {"/nowhere/at/all"};
  options.bundled_directory = "/nowhere/either";
  options.explicit_paths = {folders_.root() / "missing.so", "/nowhere/at/all/x.so"};
  const auto catalog = discovered(options);
  EXPECT_EQ(catalog->refused().size(), 2U);
  EXPECT_EQ(reason_for(*catalog, folders_.root() / "missing.so"), "does not exist");
  EXPECT_EQ(reason_for(*catalog, "/nowhere/at/all/x.so"), "does not exist");
}

TEST_F(DiscoveryTest, TakesFilesAndFoldersThatWereNamedFirst) {
  const fs::path file =
      PluginFolders::put(folders_.root() / "any-name", plugin_bytes("good_newer"));
  folders_.drop("good");
  CatalogOptions options = folders_.options();
  options.search_directories.clear();
  options.explicit_paths = {file, folders_.drop_ins()};
  EXPECT_THAT(found_names(*discovered(options)), ElementsAre("any-name", "good.so"));
}

TEST_F(DiscoveryTest, ListsAFileOnceHoweverOftenItsFolderIsNamed) {
  folders_.drop("good");
  fs::create_directory_symlink(folders_.drop_ins(), folders_.root() / "link");
  CatalogOptions options = folders_.options();
  options.explicit_paths = {folders_.drop_ins() / "good.so"};
  options.search_directories.push_back(folders_.root() / "link");
  EXPECT_EQ(discovered(options)->plugins().size(), 1U);
}

TEST_F(DiscoveryTest, RefusesASearchFolderThatIsNotAbsoluteOrNoFolder) {
  const fs::path file = PluginFolders::put(folders_.root() / "file", "x");
  CatalogOptions options = folders_.options();
  options.search_directories = {"plugins", file};
  const auto catalog = discovered(options);
  EXPECT_EQ(reason_for(*catalog, "plugins"), "is not an absolute path");
  EXPECT_THAT(reason_for(*catalog, file), StartsWith("cannot be searched: "));
}

TEST_F(DiscoveryTest, RefusesWhatIsWrongAndFindsTheRest) {
  folders_.drop("good");
  const fs::path text = PluginFolders::put(folders_.drop_ins() / "text.so", "hello\n");
  const fs::path cut =
      PluginFolders::put(folders_.drop_ins() / "cut.so", plugin_bytes("good").substr(0, 5000));
  const fs::path major = folders_.drop("newer_major");
  const fs::path plain = folders_.drop("not_https");
  const fs::path newer = folders_.drop("newer_manifest");
  const auto catalog = discovered(folders_.options());
  EXPECT_THAT(found_names(*catalog), ElementsAre("good.so"));
  EXPECT_EQ(reason_for(*catalog, text), "is not a shared library (plain text)");
  EXPECT_THAT(reason_for(*catalog, cut), StartsWith("is cut off ("));
  EXPECT_THAT(reason_for(*catalog, major), HasSubstr("exports patchbay_plugin_v2"));
  EXPECT_EQ(reason_for(*catalog, plain), "manifest: field `endpoint` is not https");
  EXPECT_EQ(reason_for(*catalog, newer), "needs a newer host (ABI minor 7, this one has 0)");
}

TEST_F(DiscoveryTest, RefusesAFileThatOthersMayWriteTo) {
  const fs::path path = folders_.drop("good");
  ASSERT_EQ(chmod(path.c_str(), 0666), 0);
  EXPECT_EQ(reason_for(*discovered(folders_.options()), path),
            "is writable by others (mode 0666): chmod go-w " + path.string());
}

TEST_F(DiscoveryTest, RefusesAFileInAFolderThatOthersMayWriteTo) {
  const fs::path path = folders_.drop("good");
  ASSERT_EQ(chmod(folders_.drop_ins().c_str(), 0777), 0);
  EXPECT_THAT(reason_for(*discovered(folders_.options()), path),
              StartsWith("the folder " + folders_.drop_ins().string() + " is writable by others"));
  ASSERT_EQ(chmod(folders_.drop_ins().c_str(), 01777), 0);
  EXPECT_EQ(discovered(folders_.options())->plugins().size(), 1U);
}

TEST_F(DiscoveryTest, RefusesASymbolicLinkButFollowsOneToTheFolder) {
  folders_.drop("good");
  const fs::path link = folders_.drop_ins() / "link.so";
  fs::create_symlink("good.so", link);
  const fs::path folder_link = folders_.root() / "folder-link";
  fs::create_directory_symlink(folders_.drop_ins(), folder_link);
  CatalogOptions options = folders_.options();
  options.search_directories = {folder_link};
  const auto catalog = discovered(options);
  EXPECT_EQ(reason_for(*catalog, link), "is a symbolic link: name the file itself");
  ASSERT_THAT(found_names(*catalog), ElementsAre("good.so"));
  EXPECT_EQ(catalog->plugins().front().path, folders_.drop_ins() / "good.so");
}

TEST_F(DiscoveryTest, RefusesWhatIsNoRegularFileWithoutOpeningIt) {
  const fs::path folder = folders_.drop_ins() / "folder.so";
  fs::create_directory(folder);
  const fs::path queue = folders_.drop_ins() / "queue.so";
  ASSERT_EQ(mkfifo(queue.c_str(), 0600), 0);
  const auto catalog = discovered(folders_.options());
  EXPECT_EQ(reason_for(*catalog, folder), "is a folder, not a file");
  EXPECT_EQ(reason_for(*catalog, queue), "is not a regular file");
}

TEST_F(DiscoveryTest, RefusesAFileOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const fs::path path = folders_.drop("good");
  ASSERT_EQ(chown(path.c_str(), stranger, stranger), 0);
  EXPECT_EQ(reason_for(*discovered(folders_.options()), path),
            "belongs to another user (uid 12345)");
}

TEST_F(DiscoveryTest, RefusesAFileAboveTheLimitAndJudgesOneAtIt) {
  const fs::path path = PluginFolders::put(folders_.drop_ins() / "big.so", "x");
  fs::resize_file(path, plugin_size_max + 1);  // sparse: takes no space
  EXPECT_EQ(reason_for(*discovered(folders_.options()), path), "is larger than 256 MiB");
  fs::resize_file(path, plugin_size_max);
  EXPECT_EQ(reason_for(*discovered(folders_.options()), path),
            "is not a shared library (not an ELF file)");
}

TEST_F(DiscoveryTest, RefusesTheRunningProgramItself) {
  const fs::path program = fs::read_symlink("/proc/self/exe");
  CatalogOptions options = folders_.options();
  options.explicit_paths = {program};
  EXPECT_EQ(reason_for(*discovered(options), program), "is the running program itself");
}

TEST_F(DiscoveryTest, LooksAtABoundedNumberOfFiles) {
  for (std::size_t i = 0; i < plugins_max + 2; ++i)
    std::ofstream(folders_.drop_ins() / ("p" + std::to_string(1000 + i) + ".so")) << "x";
  const auto catalog = discovered(folders_.options());
  ASSERT_EQ(catalog->refused().size(), plugins_max + 1);
  EXPECT_EQ(catalog->refused().back().reason, "is one too many: at most 256 plugins are looked at");
}

TEST_F(DiscoveryTest, RunsNoCodeOfAnyFile) {
  const fs::path marker = folders_.root() / "marker";
  ASSERT_EQ(setenv("PATCHBAY_TEST_MARKER", marker.c_str(), 1), 0);
  folders_.drop("marker");
  const auto catalog = discovered(folders_.trusting_options());
  unsetenv("PATCHBAY_TEST_MARKER");
  EXPECT_EQ(catalog->plugins().size(), 1U);
  EXPECT_FALSE(fs::exists(marker));
}

TEST_F(DiscoveryTest, TrustsWhatIsBundledAndAsksForTheRest) {
  folders_.bundle("good");
  folders_.drop("marker");
  folders_.drop("two_adapters");
  CatalogOptions options = folders_.options();
  std::vector<std::string> asked;
  options.is_vouched = [&](const FoundPlugin& plugin) {
    asked.push_back(plugin.path.filename());
    EXPECT_EQ(plugin.sha256.size(), 64U);
    return plugin.manifest.adapters.front().id == "example.marker";
  };
  const auto catalog = discovered(options);
  EXPECT_THAT(asked, ElementsAre("marker.so", "two_adapters.so"));
  ASSERT_THAT(found_names(*catalog), ElementsAre("marker.so", "two_adapters.so", "good.so"));
  EXPECT_EQ(catalog->plugins()[0].trust, Trust::Vouched);
  EXPECT_EQ(catalog->plugins()[1].trust, Trust::NeedsTrust);
  EXPECT_EQ(catalog->plugins()[2].trust, Trust::Bundled);
}

TEST_F(DiscoveryTest, TrustsABundledPluginHoweverItsFolderIsReached) {
  folders_.bundle("good");
  const fs::path link = folders_.root() / "bundled-link";
  fs::create_directory_symlink(folders_.bundled(), link);
  CatalogOptions options = folders_.options();
  options.bundled_directory = link;
  options.explicit_paths = {folders_.bundled() / "good.so"};
  const auto catalog = discovered(options);
  ASSERT_EQ(catalog->plugins().size(), 1U);
  EXPECT_EQ(catalog->plugins().front().trust, Trust::Bundled);
}

TEST_F(DiscoveryTest, RefusesABundledPluginOfAStrangerOrThatOthersMayWriteTo) {
  const fs::path writable = folders_.bundle("good");
  ASSERT_EQ(chmod(writable.c_str(), 0777), 0);
  EXPECT_THAT(reason_for(*discovered(folders_.options()), writable), HasSubstr("mode 0777"));
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chmod(writable.c_str(), 0755), 0);
  ASSERT_EQ(chown(writable.c_str(), stranger, stranger), 0);
  EXPECT_THAT(reason_for(*discovered(folders_.options()), writable),
              HasSubstr("belongs to another user"));
}

}  // namespace
}  // namespace patchbay::host
