#include "core/base/file.hpp"

#include "tests/unit/base/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <unistd.h>

namespace patchbay {
namespace {

namespace fs = std::filesystem;
using test::TemporaryDirectory;

void put(const fs::path& path, std::string_view text, mode_t mode) {
  ASSERT_TRUE(write_file(path, text, mode, IfExists::Replace).ok());
  ASSERT_EQ(chmod(path.c_str(), mode), 0);
}

TEST(ReadFileTest, ReadsUpToItsLimit) {
  const TemporaryDirectory folder;
  put(folder / "a", "0123456789", 0644);
  EXPECT_EQ(read_file(folder / "a", 10).value(), "0123456789");
  const auto larger = read_file(folder / "a", 9);
  ASSERT_FALSE(larger.ok());
  EXPECT_EQ(larger.error().code, ErrorCode::BadInput);
  EXPECT_NE(larger.error().message.find("limit of 9 bytes"), std::string::npos);
}

TEST(ReadFileTest, ReadsAnEmptyFile) {
  const TemporaryDirectory folder;
  put(folder / "a", "", 0644);
  EXPECT_EQ(read_file(folder / "a", 0).value(), "");
}

TEST(ReadFileTest, TellsMissingFromUnusable) {
  const TemporaryDirectory folder;
  EXPECT_EQ(read_file(folder / "none", 10).error().code, ErrorCode::NotFound);
  EXPECT_EQ(read_file(folder.path(), 10).error().code, ErrorCode::BadInput);
}

TEST(ReadFileTest, DoesNotWaitForAPipe) {
  const TemporaryDirectory folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder / "pipe", 10).error().code, ErrorCode::BadInput);
}

TEST(ReadPrivateFileTest, ReadsWhatOnlyTheOwnerCanRead) {
  const TemporaryDirectory folder;
  for (const mode_t mode : {0600U, 0400U}) {
    put(folder / "key", "secret", mode);
    EXPECT_EQ(read_private_file(folder / "key", 6).value().expose_text(), "secret");
  }
}

TEST(ReadPrivateFileTest, RefusesWhatOthersCanReadOrWrite) {
  const TemporaryDirectory folder;
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0644U, 0610U}) {
    put(folder / "key", "secret", mode);
    const auto read = read_private_file(folder / "key", 100);
    ASSERT_FALSE(read.ok()) << mode;
    EXPECT_EQ(read.error().code, ErrorCode::Vault);
    EXPECT_EQ(read.error().hint, "run: chmod 600 " + (folder / "key").string());
    EXPECT_EQ(read.error().message.find("secret"), std::string::npos);
  }
}

TEST(ReadPrivateFileTest, RefusesALink) {
  const TemporaryDirectory folder;
  put(folder / "key", "secret", 0600);
  fs::create_symlink(folder / "key", folder / "link");
  const auto read = read_private_file(folder / "link", 100);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("symbolic link"), std::string::npos);
}

TEST(ReadPrivateFileTest, RefusesAnotherUsersFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make a file that belongs to another user";
  const TemporaryDirectory folder;
  put(folder / "key", "secret", 0600);
  ASSERT_EQ(chown((folder / "key").c_str(), 65534, 65534), 0);
  const auto read = read_private_file(folder / "key", 100);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("another user"), std::string::npos);
}

TEST(ReadPrivateFileTest, RefusesDirectoriesPipesAndMissingFiles) {
  const TemporaryDirectory folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_private_file(folder / "pipe", 10).error().code, ErrorCode::Vault);
  EXPECT_EQ(read_private_file(folder.path(), 10).error().code, ErrorCode::Vault);
  EXPECT_EQ(read_private_file(folder / "none", 10).error().code, ErrorCode::NotFound);
}

TEST(ReadPrivateFileTest, RefusesMoreThanItsLimit) {
  const TemporaryDirectory folder;
  put(folder / "key", "0123456789", 0600);
  EXPECT_TRUE(read_private_file(folder / "key", 10).ok());
  EXPECT_FALSE(read_private_file(folder / "key", 9).ok());
}

TEST(MakePrivateDirectoryTest, MakesParentsThatOnlyTheOwnerCanEnter) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(make_private_directory(folder / "a/b/c").ok());
  for (const char* name : {"a", "a/b", "a/b/c"}) {
    struct stat info{};
    ASSERT_EQ(stat((folder / name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0700U) << name;
  }
  EXPECT_TRUE(make_private_directory(folder / "a/b/c").ok());
}

TEST(MakePrivateDirectoryTest, RefusesANameThatAFileHas) {
  const TemporaryDirectory folder;
  put(folder / "a", "", 0600);
  EXPECT_FALSE(make_private_directory(folder / "a").ok());
  EXPECT_FALSE(make_private_directory(folder / "a/b").ok());
}

TEST(FileErrorTest, NamesTheFileAndTheReason) {
  const Error error = file_error(ErrorCode::Output, "cannot open", "/x/y", ENOENT);
  EXPECT_EQ(error.message, "cannot open /x/y: No such file or directory");
  EXPECT_EQ(error.code, ErrorCode::Output);
}

}  // namespace
}  // namespace patchbay
