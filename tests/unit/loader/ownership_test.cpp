#include "host/loader/ownership.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <unistd.h>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using patchbay::testing::TempDir;
using ::testing::HasSubstr;

constexpr uid_t stranger = 12345;

class OwnershipTest : public ::testing::Test {
 protected:
  OwnershipTest() { fs::create_directory(inner_); }

  // What is wrong with the inner folder and those above it.
  [[nodiscard]] std::string refusal() const {
    const Status checked = check_folders(fs::canonical(inner_), TrustedOwners::of_process());
    return checked.ok() ? std::string() : checked.error().message;
  }
  static void set_mode(const fs::path& path, mode_t mode) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
  }

  TempDir folder_;
  fs::path inner_ = folder_.path() / "inner";
};

TEST_F(OwnershipTest, TakesFoldersThatOnlyTheirOwnerChanges) {
  set_mode(inner_, 0755);
  EXPECT_EQ(refusal(), "");
}

TEST_F(OwnershipTest, RefusesAFolderThatAllMayWriteToUnlessItIsSticky) {
  set_mode(inner_, 0777);
  EXPECT_EQ(refusal(),
            "the folder " + fs::canonical(inner_).string() +
                " is writable by others (mode 0777): chmod go-w " + fs::canonical(inner_).string());
  set_mode(inner_, 01777);
  EXPECT_EQ(refusal(), "");
}

TEST_F(OwnershipTest, LooksAtEveryFolderAbove) {
  set_mode(folder_.path(), 0777);
  EXPECT_THAT(refusal(),
              HasSubstr("the folder " + fs::canonical(folder_.path()).string() + " is writable"));
}

TEST_F(OwnershipTest, RefusesAFolderThatItsGroupMayWriteToWhereOthersMayBeInIt) {
  if (geteuid() != 0) GTEST_SKIP() << "a user's private group is trusted";
  set_mode(inner_, 0775);
  EXPECT_THAT(refusal(), HasSubstr("is writable by others (mode 0775)"));
}

TEST_F(OwnershipTest, RefusesAFolderOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  ASSERT_EQ(chown(inner_.c_str(), stranger, stranger), 0);
  EXPECT_THAT(refusal(), HasSubstr("belongs to another user (uid 12345)"));
  const TrustedOwners owners{{0, stranger}};
  EXPECT_TRUE(check_folders(fs::canonical(inner_), owners).ok());
}

TEST_F(OwnershipTest, JudgesAFileByOwnerAndMode) {
  struct stat info{};
  info.st_uid = geteuid();
  info.st_mode = S_IFREG | 0755;
  EXPECT_TRUE(check_file(info, "/x/a.so", TrustedOwners::of_process()).ok());
  info.st_mode = S_IFREG | 0666;
  EXPECT_EQ(check_file(info, "/x/a.so", TrustedOwners::of_process()).error().message,
            "is writable by others (mode 0666): chmod go-w /x/a.so");
  info.st_mode = S_IFREG | 0644;
  info.st_uid = stranger;
  EXPECT_EQ(check_file(info, "/x/a.so", TrustedOwners::of_process()).error().message,
            "belongs to another user (uid 12345)");
}

TEST_F(OwnershipTest, DoesNotTakeAStrangersGroupForAPrivateOne) {
  struct stat info{};
  info.st_uid = geteuid();
  info.st_gid = stranger;
  info.st_mode = S_IFREG | 0664;
  EXPECT_FALSE(check_file(info, "/x/a.so", TrustedOwners::of_process()).ok());
}

}  // namespace
}  // namespace patchbay::host
