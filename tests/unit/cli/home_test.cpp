#include "core/base/clock.hpp"
#include "host/host.hpp"
#include "host/initialise.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

namespace patchbay::host {
namespace {

class HomeTest : public ::testing::Test {
 protected:
  HomeTest() {
    options_.home.home_flag = (folder_ / "home").string();
    options_.bundled_plugins = folder_ / "no-plugins";
  }

  Result<std::unique_ptr<Host>> open() {
    return Host::open(options_, {clock_, redactor_, [](LogLevel, std::string_view) {}});
  }
  std::filesystem::path in_home(const char* name) const { return folder_ / "home" / name; }

  testing::TempDir folder_;
  SystemClock clock_;
  Redactor redactor_;
  HostOptions options_;
};

TEST_F(HomeTest, ReadingAHomeMakesNothing) {
  const auto facts = read_home(options_);
  ASSERT_TRUE(facts.ok());
  EXPECT_FALSE(facts.value().initialised());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "home"));
}

TEST_F(HomeTest, InitialisesOnceAndOverwritesNothing) {
  const auto facts = initialise_home(options_);
  ASSERT_TRUE(facts.ok()) << facts.error().message;
  EXPECT_TRUE(facts.value().initialised());
  EXPECT_EQ(initialise_home(options_).error().code, ErrorCode::AlreadyExists);
}

TEST_F(HomeTest, CompletesWhatAKilledInitialisationLeft) {
  ASSERT_TRUE(initialise_home(options_).ok());
  std::filesystem::remove(in_home("patchbay.toml"));
  const auto again = initialise_home(options_);
  ASSERT_TRUE(again.ok()) << again.error().message;
  const auto host = open();
  ASSERT_TRUE(host.ok()) << host.error().message;
  EXPECT_TRUE(host.value()->vault().ok());
  EXPECT_TRUE(host.value()->owner().ok());
}

TEST_F(HomeTest, OpensWithoutAVaultAndSaysSoWhenOneIsNeeded) {
  const auto host = open();
  ASSERT_TRUE(host.ok()) << host.error().message;
  EXPECT_EQ(host.value()->vault().error().code, ErrorCode::NotConfigured);
  EXPECT_EQ(host.value()->owner().error().code, ErrorCode::NotConfigured);
}

TEST_F(HomeTest, TakesAnotherPlaceForTheOwnersKey) {
  options_.owner_key_file = folder_ / "stick" / "owner.key";
  ASSERT_TRUE(initialise_home(options_).ok());
  EXPECT_FALSE(std::filesystem::exists(in_home("owner.key")));
  EXPECT_TRUE(open().value()->owner().ok());
  options_.owner_key_file.clear();
  EXPECT_EQ(open().value()->owner().error().code, ErrorCode::NotAllowed);
}

TEST_F(HomeTest, InsertsProvidersOfTheFileWhereTheyAreAbsent) {
  folder_.write("home/patchbay.toml",
                "[providers.mirror]\nendpoint = \"https://mirror.example/v1\"\n"
                "auth_type = \"bearer\"\nmodel = \"large\"\n");
  {
    const auto host = open();
    ASSERT_TRUE(host.ok()) << host.error().message;
    Provider mirror = host.value()->registry().provider("mirror").value();
    EXPECT_EQ(mirror.endpoint_url, "https://mirror.example/v1");
    EXPECT_EQ(mirror.model_name, "large");
    mirror.model_name = "small";
    ASSERT_TRUE(host.value()->registry().update_provider(mirror).ok());
  }
  EXPECT_EQ(open().value()->registry().provider("mirror").value().model_name, "small");
}

TEST_F(HomeTest, ABadProviderOfTheFileStopsNothing) {
  folder_.write("home/patchbay.toml", "[providers.Bad]\nendpoint = \"nowhere\"\n");
  const auto host = open();
  ASSERT_TRUE(host.ok()) << host.error().message;
  EXPECT_EQ(host.value()->registry().provider("Bad").error().code, ErrorCode::UnknownProvider);
}

TEST_F(HomeTest, ADamagedPublicKeyIsNoIdentity) {
  ASSERT_TRUE(initialise_home(options_).ok());
  ASSERT_TRUE(set_config_value(in_home("patchbay.toml"), "project.owner_public_key", "AAAA").ok());
  EXPECT_EQ(open().error().code, ErrorCode::Vault);
}

}  // namespace
}  // namespace patchbay::host
