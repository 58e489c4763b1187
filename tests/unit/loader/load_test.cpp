#include "host/loader/catalog.hpp"
#include "host/loader/private_copy.hpp"
#include "tests/unit/loader/fixtures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
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

class LoadTest : public ::testing::Test {
 protected:
  // Drops a plugin, vouches for it, and loads its first adapter.
  Result<const patchbay_module*> load_dropped(std::string_view name) {
    folders_.drop(name);
    catalog_ = discovered(folders_.trusting_options());
    return load_first();
  }
  Result<const patchbay_module*> load_first() {
    EXPECT_FALSE(catalog_->plugins().empty());
    return catalog_->load(Adapter{&catalog_->plugins().front(), 0});
  }
  std::string refusal(std::string_view name) {
    const Result<const patchbay_module*> module = load_dropped(name);
    if (module.ok()) return {};
    EXPECT_EQ(module.error().code, ErrorCode::Plugin);
    EXPECT_THAT(module.error().message,
                HasSubstr((folders_.drop_ins() / (std::string(name) + ".so")).string()));
    return module.error().message;
  }
  [[nodiscard]] std::vector<fs::path> copies() const {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folders_.copies()))
      paths.push_back(entry.path());
    return paths;
  }

  PluginFolders folders_;
  std::unique_ptr<Catalog> catalog_;
};

TEST_F(LoadTest, LoadsAVouchedPluginFromAPrivateCopyNamedByItsHash) {
  const Result<const patchbay_module*> module = load_dropped("good");
  ASSERT_TRUE(module.ok()) << module.error().message;
  EXPECT_EQ(module.value()->adapter_count, 1U);
  EXPECT_EQ(module.value()->get_extension("nothing/1"), nullptr);
  const std::string name = catalog_->plugins().front().sha256 + ".so";
  EXPECT_THAT(copies(), ElementsAre(folders_.copies() / name));
  struct stat info{};
  ASSERT_EQ(stat(folders_.copies().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  EXPECT_EQ(read_file(copies().front(), 1U << 24U).value(), plugin_bytes("good"));
}

TEST_F(LoadTest, LoadsABundledPluginAndTheSameModuleEachTime) {
  folders_.bundle("stripped");
  catalog_ = discovered(folders_.options());
  const Result<const patchbay_module*> first = load_first();
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(load_first().value(), first.value());
}

TEST_F(LoadTest, KeepsTheModuleAfterTheCatalogAndTheDropInAreGone) {
  const patchbay_module* module = load_dropped("good").value();
  fs::remove(folders_.drop_ins() / "good.so");
  catalog_.reset();
  patchbay_session* session = nullptr;
  patchbay_err error{};
  EXPECT_EQ(module->open(0, nullptr, nullptr, &session, &error), PATCHBAY_E_UNSUPPORTED);
}

TEST_F(LoadTest, RunsNoCodeBeforeThePluginIsTrusted) {
  const fs::path marker = folders_.root() / "marker";
  ASSERT_EQ(setenv("PATCHBAY_TEST_MARKER", marker.c_str(), 1), 0);
  folders_.drop("marker");
  catalog_ = discovered(folders_.options());
  const Result<const patchbay_module*> refused = load_first();
  EXPECT_FALSE(fs::exists(marker));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::NeedsTrust);
  EXPECT_THAT(refused.error().message, HasSubstr("(example.marker 1.0.0) is not vouched for"));
  EXPECT_THAT(refused.error().hint, HasSubstr("`patchbay plugin trust marker`"));
  EXPECT_FALSE(fs::exists(folders_.copies()));
  catalog_ = discovered(folders_.trusting_options());
  EXPECT_TRUE(load_first().ok());
  EXPECT_TRUE(fs::exists(marker));
  unsetenv("PATCHBAY_TEST_MARKER");
}

TEST_F(LoadTest, RefusesAModuleThatBreaksTheAbi) {
  EXPECT_THAT(refusal("wrong_count"), HasSubstr("holds 2 adapters, but its manifest describes 1"));
}
TEST_F(LoadTest, RefusesAModuleThatNeedsANewerHost) {
  EXPECT_THAT(refusal("newer_host"),
              HasSubstr("needs a newer host (ABI minor 99, this one has 0)"));
}
TEST_F(LoadTest, TakesAModuleOfANewerMinorThatIsContentWithThisHost) {
  EXPECT_EQ(refusal("newer_minor"), "");
}
TEST_F(LoadTest, RefusesAModuleThatIsTooShort) {
  EXPECT_THAT(refusal("short_module"), HasSubstr("too short for version 1 of the ABI"));
}
TEST_F(LoadTest, RefusesAModuleWithoutAFunction) {
  EXPECT_THAT(refusal("no_close"), HasSubstr("lacks one of the functions"));
}
TEST_F(LoadTest, RefusesAModuleThatIsNone) {
  EXPECT_THAT(refusal("null_module"), HasSubstr("gave no description of itself"));
}

TEST_F(LoadTest, SaysWhatTheLinkerSaidAboutAMissingSymbol) {
  const std::string message = refusal("undefined_symbol");
  EXPECT_THAT(message,
              HasSubstr("cannot be loaded: undefined_symbol.so: undefined symbol: "
                        "patchbay_test_nowhere"));
  EXPECT_EQ(message.find("boost"), std::string::npos) << message;
  EXPECT_EQ(message.find("Bad file descriptor"), std::string::npos) << message;
}

TEST_F(LoadTest, RefusesAFileThatChangedSinceItWasJudged) {
  folders_.drop("good");
  catalog_ = discovered(folders_.trusting_options());
  const fs::path marker = folders_.root() / "marker";
  ASSERT_EQ(setenv("PATCHBAY_TEST_MARKER", marker.c_str(), 1), 0);
  PluginFolders::put(folders_.drop_ins() / "good.so", plugin_bytes("marker"));
  const Result<const patchbay_module*> module = load_first();
  unsetenv("PATCHBAY_TEST_MARKER");
  ASSERT_FALSE(module.ok());
  EXPECT_THAT(module.error().message, HasSubstr("has changed since it was examined"));
  EXPECT_FALSE(fs::exists(marker));
  EXPECT_THAT(copies(), IsEmpty());
}

TEST_F(LoadTest, RefusesAFileWhoseManifestWasReadBeforeTheRestChanged) {
  folders_.drop("good");
  catalog_ = discovered(folders_.trusting_options());
  FoundPlugin plugin = catalog_->plugins().front();
  plugin.manifest.text += " ";
  const Result<fs::path> copy =
      private_copy(plugin, TrustedOwners::of_process(), folders_.copies());
  ASSERT_FALSE(copy.ok());
  EXPECT_THAT(copy.error().message, HasSubstr("was changed while it was examined"));
}

TEST_F(LoadTest, RefusesAFileThatBecameWritableByOthersSinceItWasJudged) {
  const fs::path path = folders_.drop("good");
  catalog_ = discovered(folders_.trusting_options());
  ASSERT_EQ(chmod(path.c_str(), 0777), 0);
  const Result<const patchbay_module*> module = load_first();
  ASSERT_FALSE(module.ok());
  EXPECT_THAT(module.error().message, HasSubstr("is writable by others (mode 0777)"));
}

TEST_F(LoadTest, MakesACopyAnewThatWasDamaged) {
  folders_.drop("good");
  catalog_ = discovered(folders_.trusting_options());
  fs::create_directories(folders_.copies());
  fs::permissions(folders_.copies(), fs::perms(0700));
  const fs::path copy = folders_.copies() / (catalog_->plugins().front().sha256 + ".so");
  PluginFolders::put(copy, plugin_bytes("marker"));
  ASSERT_TRUE(load_first().ok());
  EXPECT_EQ(read_file(copy, 1U << 24U).value(), plugin_bytes("good"));
}

TEST_F(LoadTest, UsesTheCopyOfTheJudgedFileWhereTheDropInWasReplaced) {
  ASSERT_TRUE(load_dropped("good").ok());
  catalog_ = discovered(folders_.trusting_options());
  PluginFolders::put(folders_.drop_ins() / "good.so", "replaced meanwhile");
  EXPECT_TRUE(load_first().ok());
}

TEST_F(LoadTest, RefusesACopyFolderThatOthersMayWriteTo) {
  fs::create_directories(folders_.copies());
  for (const mode_t mode : {0777U, 01777U}) {
    ASSERT_EQ(chmod(folders_.copies().c_str(), mode), 0);
    const Result<const patchbay_module*> module = load_dropped("good");
    ASSERT_FALSE(module.ok());
    EXPECT_THAT(module.error().message, HasSubstr("plugins cannot be copied to"));
  }
}

TEST_F(LoadTest, RemovesCopiesThatNothingUsedForLong) {
  fs::create_directories(folders_.copies());
  fs::permissions(folders_.copies(), fs::perms(0700));
  const fs::path old_copy =
      PluginFolders::put(folders_.copies() / (std::string(64, 'a') + ".so"), "old");
  const fs::path young_copy =
      PluginFolders::put(folders_.copies() / (std::string(64, 'b') + ".so"), "young");
  const fs::path foreign = PluginFolders::put(folders_.copies() / "notes.txt", "mine");
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(old_copy, now - private_copy_age_max - std::chrono::hours(1));
  fs::last_write_time(young_copy, now - private_copy_age_max + std::chrono::hours(1));
  fs::last_write_time(foreign, now - private_copy_age_max * 2);
  ASSERT_TRUE(load_dropped("good").ok());
  EXPECT_FALSE(fs::exists(old_copy));
  EXPECT_TRUE(fs::exists(young_copy));
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(LoadTest, LoadsANewerFileBesideTheOlderOfTheSameName) {
  const patchbay_module* older = load_dropped("good").value();
  PluginFolders::put(folders_.drop_ins() / "good.so", plugin_bytes("good_newer"));
  catalog_ = discovered(folders_.trusting_options());
  const Result<const patchbay_module*> newer = load_first();
  ASSERT_TRUE(newer.ok()) << newer.error().message;
  EXPECT_NE(newer.value(), older);
  EXPECT_EQ(copies().size(), 2U);
}

TEST_F(LoadTest, LoadsOnceHoweverManyThreadsAsk) {
  folders_.drop("good");
  catalog_ = discovered(folders_.trusting_options());
  std::vector<const patchbay_module*> modules(8, nullptr);
  std::vector<std::thread> threads;
  for (const patchbay_module*& module : modules)
    threads.emplace_back([this, &module] { module = load_first().value(); });
  for (std::thread& thread : threads) thread.join();
  for (const patchbay_module* module : modules) {
    EXPECT_NE(module, nullptr);
    EXPECT_EQ(module, modules.front());
  }
}

TEST_F(LoadTest, RefusesAnAdapterThatThePluginDoesNotHave) {
  folders_.drop("good");
  catalog_ = discovered(folders_.options());
  const Result<const patchbay_module*> module =
      catalog_->load(Adapter{&catalog_->plugins().front(), 1});
  ASSERT_FALSE(module.ok());
  EXPECT_EQ(module.error().code, ErrorCode::Internal);
}

TEST_F(LoadTest, RefusesAnAdapterOfAnotherCatalog) {
  folders_.drop("good");
  const auto other = discovered(folders_.trusting_options());
  catalog_ = discovered(folders_.trusting_options());
  const Adapter adapter = other->by_name("good").value();
  const Result<const patchbay_module*> module = catalog_->load(adapter);
  ASSERT_FALSE(module.ok());
  EXPECT_EQ(module.error().code, ErrorCode::Internal);
}

}  // namespace
}  // namespace patchbay::host
